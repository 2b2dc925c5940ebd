using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class BootstrapIntervalsTests
{
    /// <summary>
    /// With many images a class's recall is spread as a share is, with variance p (1 - p) / n; the mean over independent classes
    /// has their sum over the square of their number, and the interval is 1.96 standard deviations to each side.
    /// </summary>
    [Fact]
    public void MacroRecall_ManyImages_IsAsWideAsTheNormalApproximationSays()
    {
        int[][] confusion = [[4500, 500, 0], [400, 1500, 100], [0, 300, 700]];
        (double Share, int Count)[] recalls = [(0.9, 5000), (0.75, 2000), (0.7, 1000)];
        var half = 1.959964 * Math.Sqrt(recalls.Sum(item => item.Share * (1 - item.Share) / item.Count)) / 3;
        var mean = recalls.Average(item => item.Share);

        var interval = BootstrapIntervals.Of(confusion)!.MacroRecall;

        // A thousand draws know the ends of the interval to some hundredths of its width.
        Assert.InRange(interval.Low, mean - (1.15 * half), mean - (0.85 * half));
        Assert.InRange(interval.High, mean + (0.85 * half), mean + (1.15 * half));
    }

    /// <summary>Of two classes with equal counts F1 is 2TP / (2TP + FP + FN): both figures stand inside, and few images make it wide.</summary>
    [Fact]
    public void MacroF1_FewImages_HoldsTheFigureAndIsWiderThanWithMany()
    {
        int[][] few = [[8, 2], [3, 7]], many = [[800, 200], [300, 700]];
        var macroF1 = ((16.0 / 21) + (14.0 / 19)) / 2;

        var (narrow, wide) = (BootstrapIntervals.Of(many)!.MacroF1, BootstrapIntervals.Of(few)!.MacroF1);

        Assert.InRange(macroF1, narrow.Low, narrow.High);
        Assert.InRange(macroF1, wide.Low, wide.High);
        // The width falls with the root of the number of images.
        Assert.InRange((wide.High - wide.Low) / (narrow.High - narrow.Low), 7.5, 12.5);
    }

    [Fact]
    public void Of_AllRight_LeavesNoDoubt()
    {
        var intervals = BootstrapIntervals.Of([[20, 0], [0, 5]])!;

        Assert.Equal(new ConfidenceInterval(1, 1), intervals.MacroF1);
        Assert.Equal(new ConfidenceInterval(1, 1), intervals.MacroPrecision);
        Assert.Equal([new ConfidenceInterval(1, 1), new ConfidenceInterval(1, 1)], intervals.ClassF1);
    }

    [Fact]
    public void Of_ClassWithoutImages_HasNoInterval_AndTakesNoPart()
    {
        var intervals = BootstrapIntervals.Of([[20, 0, 0], [0, 20, 0], [0, 0, 0]])!;

        Assert.Null(intervals.ClassF1[2]);
        Assert.Equal(new ConfidenceInterval(1, 1), intervals.MacroRecall);
    }

    [Fact]
    public void Of_SameMatrixAgain_GivesTheSameIntervals()
    {
        int[][] confusion = [[8, 2], [3, 7]];

        var (once, again) = (BootstrapIntervals.Of(confusion)!, BootstrapIntervals.Of(confusion)!);

        Assert.Equal((once.MacroF1, once.MacroPrecision, once.MacroRecall), (again.MacroF1, again.MacroPrecision, again.MacroRecall));
        Assert.Equal(once.ClassF1, again.ClassF1);
    }

    [Fact]
    public void Of_NoImages_IsNothing() => Assert.Null(BootstrapIntervals.Of([[0, 0], [0, 0]]));
}
