using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class RunComparisonTests
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    [Fact]
    public void Warning_SameTestImagesAndLabels_IsNone()
    {
        var snapshot = Guid.CreateVersion7();

        Assert.Null(RunComparison.Warning([Run("A", snapshot, (1, Hat, Hat)), Run("B", snapshot, (1, Hat, Shoe))]));
        // Another dataset version with the same test images and labels: only training images differ.
        Assert.Null(RunComparison.Warning([Run("A", snapshot, (1, Hat, Hat)), Run("B", Guid.CreateVersion7(), (1, Hat, Shoe))]));
    }

    [Fact]
    public void Warning_OtherImagesOrLabels_CountsTheCommonOnes()
    {
        var (first, second) = (
            Run("A", Guid.CreateVersion7(), (1, Hat, Hat), (2, Hat, Shoe), (3, Shoe, Shoe)),
            Run("B", Guid.CreateVersion7(), (1, Hat, Hat), (2, Shoe, Shoe), (4, Shoe, Shoe)));

        Assert.Contains("1 test images are the same", RunComparison.Warning([first, second]), StringComparison.Ordinal);
        Assert.Equal([1.0, 1.0], RunComparison.AccuracyOnCommon([first, second]));
    }

    [Fact]
    public void Warning_OneVersionOfWhichAnEvaluationLeftImagesOut_IsGiven()
    {
        var version = Guid.CreateVersion7();

        Assert.NotNull(RunComparison.Warning([Run("A", version, (1, Hat, Hat), (2, Hat, Hat)), Run("B", version, (1, Hat, Hat))]));
    }

    [Fact]
    public void Broken_HoldsWhatTheFirstHadRightAndTheOtherWrong_UnderTheSameLabelOnly()
    {
        var (first, second) = (
            Run("A", Guid.CreateVersion7(), (1, Hat, Hat), (2, Hat, Hat), (3, Hat, Shoe)),
            Run("B", Guid.CreateVersion7(), (1, Hat, Shoe), (2, Shoe, Hat), (3, Hat, Hat)));

        Assert.Equal([1L], RunComparison.Broken(first, second).Select(item => item.ImageId));
        Assert.Equal([3L], RunComparison.Broken(second, first).Select(item => item.ImageId));
    }

    [Fact]
    public void Differences_NamesOnlySettingsThatDiffer()
    {
        var snapshot = Guid.CreateVersion7();
        var first = Run("A", snapshot, (1, Hat, Hat));
        var second = first with { Details = first.Details with { Plan = first.Details.Plan with { Epochs = first.Details.Plan.Epochs + 1 } } };

        var difference = Assert.Single(RunComparison.Differences([first, second]));

        Assert.Equal("Epochs, at most", difference.Name);
        Assert.Empty(RunComparison.Differences([first, first]));
    }

    [Fact]
    public void Differences_Combinations_AreCountedApartFromClasses()
    {
        var first = Run("A", Guid.CreateVersion7(), (1, Hat, Hat));
        first = first with { Details = first.Details with { Classes = [RunTextTests.Class("hat", false), RunTextTests.Class("shoe", false)] } };
        var second = first with { Details = first.Details with { Classes = [.. first.Details.Classes, RunTextTests.Class("hat + shoe", true, Hat, Guid.NewGuid())] } };

        var difference = Assert.Single(RunComparison.Differences([first, second]));

        Assert.Equal("Classes", difference.Name);
        Assert.Equal(["2", "2 and 1 combination of classes"], difference.Values);
    }

    [Fact]
    public void Curves_OverTime_StandAtTheMinutesSinceTheTrainerBegan()
    {
        var began = new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc);
        var run = Run("A", Guid.CreateVersion7(), (1, Hat, Hat)) with
        {
            View = new RunView
            {
                RunId = Guid.Empty,
                Started = new RunStarted(2, 1, 1, "CPU", []) { AtUtc = began },
                Epochs = [.. new[] { 1, 2 }.Select(epoch => new EpochCompleted(epoch, 2, 1, 0.5 / epoch, 1, 1, 1, [], 1, 0, 1, 1, true) { AtUtc = began.AddSeconds(90 * epoch) })],
            },
        };

        var points = Assert.Single(RunComparison.Curves([run], epoch => epoch.ValidationLoss, overTime: true)).Points;

        Assert.Equal([(1.5, 0.5), (3.0, 0.25)], points.Select(point => (point.X, point.Y!.Value)));
        Assert.Equal([1.0, 2.0], Assert.Single(RunComparison.Curves([run], epoch => epoch.ValidationLoss, overTime: false)).Points.Select(point => point.X));
    }

    private static ComparedRun Run(string name, Guid snapshot, params (long Id, Guid Target, Guid Predicted)[] images) => new(
        new RunDetails
        {
            Id = Guid.CreateVersion7(),
            ProjectId = Guid.Empty,
            Name = name,
            Notes = new RunNotes(name, "", []),
            State = RunState.Succeeded,
            Plan = TrainingPlan.Quick,
            DatasetSnapshotId = snapshot,
            Classes = [],
            CreatedByName = "",
            CreatedUtc = default,
        },
        new RunView { RunId = Guid.Empty },
        new EvaluationReport
        {
            ModelVersionId = Guid.CreateVersion7(),
            ProjectId = Guid.Empty,
            RunId = Guid.Empty,
            DatasetSnapshotId = snapshot,
            Classes = [],
            Metrics = new EvaluationMetrics(images.Length, 1, 0, 1, 1, 1, 1, 0, 0, [], []),
        },
        [.. images.Select(image => new TestPrediction(image.Id, image.Target, image.Predicted, 0.9, null))]);
}
