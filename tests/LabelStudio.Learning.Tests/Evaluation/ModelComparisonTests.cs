using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class ModelComparisonTests
{
    [Fact]
    public void Compare_OneClassAdded_TellsOldAndNewClassesApart()
    {
        int[] targets = [0, 0, 1, 1, 2, 2];
        var oldProbabilities = OneHot([0, 0, 1, 0, 0, 1], 2);
        var newProbabilities = OneHot([0, 2, 1, 1, 2, 0], 3);

        var comparison = ModelEvaluation.Compare(targets, oldProbabilities, 2, newProbabilities, 3);

        Assert.Equal(0.75, comparison.OldAccuracyOnOldClasses);
        Assert.Equal(0.75, comparison.NewAccuracyOnOldClasses);
        Assert.Equal(0.5, comparison.AccuracyOnNewClasses);
        Assert.Equal([0.5, -0.5], comparison.ForgettingByClass);
        Assert.Equal(0, comparison.AverageForgetting);
        Assert.Equal([1], comparison.Broken);
        Assert.Equal([3], comparison.Fixed);
        Assert.Equal(0.25, comparison.OldRightToWrongShare);
    }

    [Fact]
    public void Compare_NoImageOfAClass_LeavesItsFigureOut()
    {
        var comparison = ModelEvaluation.Compare([0], OneHot([0], 2), 2, OneHot([0], 3), 3);

        Assert.Equal([0, null], comparison.ForgettingByClass);
        Assert.Null(comparison.AccuracyOnNewClasses);
    }

    [Fact]
    public void MacroF1_SomeClasses_CountsTheirImagesAloneAndAnyOtherAnswerAsAMiss()
    {
        int[][] rows = [[8, 0, 2], [0, 10, 0], [5, 5, 0]];

        // Class 0: 8 right, 2 missed, none taken from class 1: 2·8 / (10 + 8); class 1: all right. Class 2's images don't count.
        Assert.Equal(((16.0 / 18) + 1) / 2, ConfusionMatrix.MacroF1(rows, [0, 1]), 12);
        Assert.Equal(0, ConfusionMatrix.MacroF1(rows, []));
    }

    [Fact]
    public void Compute_NoImages_IsAllZeroAndTheIntervalIsOpen()
    {
        var metrics = ModelEvaluation.Compute([], [], 3);

        Assert.Equal(0, metrics.Count);
        Assert.Equal((0, 1), (metrics.AccuracyLow, metrics.AccuracyHigh));
        Assert.Equal(3, metrics.Classes.Count);
    }

    [Fact]
    public void Compute_TargetOutside_Throws() => Assert.Throws<ArgumentException>(() => ModelEvaluation.Compute([2], [0.5f, 0.5f], 2));

    private static float[] OneHot(int[] predicted, int classes) =>
        [.. predicted.SelectMany(index => Enumerable.Range(0, classes).Select(c => c == index ? 1f : 0f))];
}
