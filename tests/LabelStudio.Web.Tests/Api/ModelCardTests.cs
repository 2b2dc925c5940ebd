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
        Assert.Contains("| hat |", text, StringComparison.Ordinal);
        Assert.Contains("- It always names one of its classes.", text, StringComparison.Ordinal);
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
        Classes = [new ModelCardClass(Guid.CreateVersion7(), className, 0, false, 30, 0.9, 0.8, 0.85)],
        Limits = ["It always names one of its classes."],
    };
}
