using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Pages.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class VerdictTests
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    [Fact]
    public void Of_FirstModel_SaysAccuracyIntervalAndWeakestClass()
    {
        var verdict = Verdict.Of(Report(null));

        Assert.Equal("80.0 % of 20 test images right (95 % interval 58 % to 92 %), macro-F1 79.0 %; weakest class shoe (F1 75 %).", verdict.Sentence.Replace('\u00a0', ' '));
    }

    [Fact]
    public void Of_GrownModel_SaysOldNewWorstLossAndChangedImages()
    {
        var verdict = Verdict.Of(Report(new ParentComparison
        {
            ParentModelId = Guid.CreateVersion7(),
            ParentMetrics = Metrics(0.7, 0.68),
            OldClassesBefore = 0.9,
            OldClassesAfter = 0.85,
            NewClassesAfter = 0.75,
            OldClasses = [new ClassChange(Hat, 0.9, 0.85, 10)],
            BrokenImageIds = [4],
            FixedImageIds = [7, 9],
        }));

        Assert.Equal(
            "Accuracy 70.0 % → 80.0 % and macro-F1 68.0 % → 79.0 % on 20 test images; 1 new class 75.0 %; largest loss of an old class −5.0 points (hat); 1 image of the old classes newly wrong, 2 newly right.",
            verdict.Sentence.Replace('\u00a0', ' '));
        Assert.Equal(1, verdict.BrokenCount);
    }

    [Fact]
    public void Of_ModelFromPretrainedWeights_SaysThatItIsHeldAgainstThePromotedOne()
    {
        var verdict = Verdict.Of(Report(new ParentComparison
        {
            ParentModelId = Guid.CreateVersion7(),
            IsParent = false,
            ParentMetrics = Metrics(0.7, 0.68),
            OldClasses = [new ClassChange(Hat, 0.9, 0.9, 10)],
            BrokenImageIds = [],
            FixedImageIds = [7],
        }));

        Assert.StartsWith("Accuracy 70.0 % → 80.0 % and macro-F1 68.0 % → 79.0 % on 20 test images, against the model promoted then;", verdict.Sentence.Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoTestImages_SaysThatNobodyKnows()
    {
        var verdict = Verdict.Of(Report(null) with { Metrics = null });

        Assert.StartsWith("There is no labelled test image", verdict.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void ClassRows_NewClass_HasNoValueBefore()
    {
        var rows = ClassRow.Of(Report(new ParentComparison
        {
            ParentModelId = Guid.CreateVersion7(),
            ParentMetrics = Metrics(0.7, 0.68),
            OldClasses = [],
            BrokenImageIds = [],
            FixedImageIds = [],
        }));

        Assert.NotNull(rows.Single(row => row.ClassId == Hat).Change);
        Assert.Null(rows.Single(row => row.ClassId == Shoe).Change);
    }

    private static EvaluationReport Report(ParentComparison? comparison) => new()
    {
        ModelVersionId = Guid.CreateVersion7(),
        ProjectId = Guid.CreateVersion7(),
        RunId = Guid.CreateVersion7(),
        DatasetSnapshotId = Guid.CreateVersion7(),
        Classes = [new ReportClass(Hat, "hat", IsNew: false), new ReportClass(Shoe, "shoe", IsNew: true)],
        Metrics = Metrics(0.8, 0.79),
        Comparison = comparison,
    };

    private static EvaluationMetrics Metrics(double accuracy, double macroF1) => new(
        20, accuracy, 0.58, 0.92, accuracy, macroF1, 1, 0.05, 0.4, [new(0, 0.8, 0.9, 0.84, 10), new(1, 0.8, 0.7, 0.75, 10)], [[9, 1], [3, 7]]);
}
