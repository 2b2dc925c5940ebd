using LabelStudio.Learning.Training;
using LabelStudio.Web.Api;

namespace LabelStudio.Web.Tests.Api;

public sealed class ModelCardTests
{
    [Fact]
    public void Markdown_HoldsFiguresClassesAndLimits()
    {
        var text = ModelCardText.Of(Card("hat"));

        Assert.Contains("Accuracy 90.0 % (95 % interval 86.5 % to 92.7 %)", text, StringComparison.Ordinal);
        Assert.Contains("| Model 1 | 60 | 8 | 30 | 90.0 % | 80.0 % | 62.7 % to 90.5 % | 85.0 % |", text, StringComparison.Ordinal);
        Assert.Contains("the backbone efficientnet-lite0, whose weights are under the licence Apache-2.0", text, StringComparison.Ordinal);
        Assert.Contains("| Trained from | Model 1, before that pretrained weights |", text, StringComparison.Ordinal);
        Assert.Contains("SHA-256 `d5d5`", text, StringComparison.Ordinal);
        Assert.Contains("| model.onnx | `0f0f` |", text, StringComparison.Ordinal);
        Assert.Contains("- It always names one of its classes.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_SaysHowPicturesArePreparedHowLargeItIsAndWhereItIsWeak()
    {
        var card = Card("hat") with
        {
            MacroF1 = 0.88,
            MacroF1Interval = new(0.84, 0.91),
            WeakSlices = [new(LabelStudio.Pipeline.Evaluation.SliceKind.ImportBatch, "phone | night", 40, 0.6, 0.446, 0.737)],
        };

        var text = ModelCardText.Of(card);

        Assert.Contains("squeezed to 160 × 160 px (kernel lanczos3, enlarged by bicubic), RGB planes", text, StringComparison.Ordinal);
        Assert.Contains("| Parameters | 3,374,123 |", text, StringComparison.Ordinal);
        Assert.Contains("macro-F1 88.0 % (95 % interval 84.0 % to 91.0 %)", text, StringComparison.Ordinal);
        Assert.Contains(@"| import | phone \| night | 40 | 60.0 % | 44.6 % to 73.7 % |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("weak parts", ModelCardText.Of(Card("hat")), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_ClassNameWithSigns_CannotBreakTheTable()
    {
        var text = ModelCardText.Of(Card("a | b\n# <script>"));

        Assert.Contains(@"| a \| b \# \<script\> |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ThresholdsAreSet_SaysFromWhenItAnswers()
    {
        var card = Card("hat");
        var text = ModelCardText.Of(card with { Thresholds = new(0.8, new Dictionary<Guid, double> { [card.Classes[0].Id] = 0.95 }) });

        Assert.Contains("| Answers from | 80.0 %, below “unknown”; hat 95.0 % |", text, StringComparison.Ordinal);
        Assert.Contains("| Answers from | any probability |", ModelCardText.Of(card), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ModelFromPretrainedWeights_SaysThatItIsHeldAgainstThePromotedOne()
    {
        var text = ModelCardText.Of(Card("hat") with { ComparedWith = "the model that was promoted then", OldClassesBefore = 0.8, OldClassesAfter = 0.9 });

        Assert.Contains("Against the model that was promoted then: old classes 80.0 % → 90.0 %", text.Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_ModelOfSeveralClasses_ListsCombinationsApartAndSaysWhatTheFiguresAre()
    {
        var card = Card("hat") with
        {
            Combinations = [new(Guid.CreateVersion7(), "hat + shoe", 1, false, 12, 2, 5, 0.5, 0.4, 0.1, 0.7, 0.44) { Members = ["hat", "shoe"] }, new(Guid.CreateVersion7(), "No class", 2, true, 9, 1, 0, null, null, null, null, null) { Members = [] }],
            SeveralClasses = new(0.81, 0.92, 0.75, 0.05),
        };

        var text = ModelCardText.Of(card);

        Assert.Contains("Image classifier for 1 classes and 2 combinations of them.", text, StringComparison.Ordinal);
        Assert.Contains("Micro-F1 81.0 %, mean average precision 92.0 %, mean Jaccard 75.0 %, Hamming loss 5.0 %.", text, StringComparison.Ordinal);
        Assert.Contains($"| hat + shoe | `{card.Combinations[0].Id}` | 12 | 2 | 5 | 40.0 % |", text, StringComparison.Ordinal);
        Assert.Contains($"| No class (new) | `{card.Combinations[1].Id}` | 9 | 1 | 0 | – |", text, StringComparison.Ordinal);
        Assert.Contains("| Answers from | each class from 50.0 % |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Combinations that", ModelCardText.Of(Card("hat")), StringComparison.Ordinal);
    }

    private static ModelCard Card(string className) => new()
    {
        Model = "Model 2",
        ModelVersionId = Guid.CreateVersion7(),
        Project = "Clothing",
        Intent = "Sorts returned clothes.",
        CreatedUtc = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc),
        TrainedBy = "Ada",
        Run = "with hats",
        DatasetSnapshotId = Guid.CreateVersion7(),
        TrainImages = 900,
        ValidationImages = 110,
        TestImages = 300,
        Settings = TrainingPlan.Quick,
        Temperature = 1.2,
        Accuracy = 0.9,
        AccuracyLow = 0.865,
        AccuracyHigh = 0.927,
        Classes = [new ModelCardClass(Guid.CreateVersion7(), className, 0, false, 60, 8, 30, 0.9, 0.8, 0.627, 0.905, 0.85) { SinceModel = "Model 1" }],
        Ancestors = ["Model 1"],
        Backbone = "efficientnet-lite0",
        BackboneLicence = "Apache-2.0",
        Parameters = 3_374_123,
        Preprocessing = LabelStudio.Learning.Imaging.PreprocessingFacts.Of(1, 160),
        DatasetSha256 = "d5d5",
        FileHashes = new Dictionary<string, string> { ["model.onnx"] = "0f0f" },
        Limits = ["It always names one of its classes."],
    };
}
