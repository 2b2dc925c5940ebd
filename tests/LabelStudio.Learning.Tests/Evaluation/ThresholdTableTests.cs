using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class ThresholdTableTests
{
    /// <summary>Confidences .9 right, .8 wrong, .7 right, .6 right (class 1), .6 wrong (class 1).</summary>
    private static readonly ThresholdTable Table = ThresholdTable.Of(
        [0, 1, 0, 1, 0],
        [0.9f, 0.1f, 0.8f, 0.2f, 0.7f, 0.3f, 0.4f, 0.6f, 0.4f, 0.6f],
        classes: 2);

    [Fact]
    public void At_Thresholds_CountsWhatIsAnswered()
    {
        Assert.Equal(new ThresholdRow(0, 5, 3, 1, 0.6), Table.At(0));
        Assert.Equal(new ThresholdRow(0.75, 2, 1, 0.4, 0.5), Table.At(0.75));
        Assert.Equal(new ThresholdRow(0.95, 0, 0, 0, null), Table.At(0.95));
    }

    [Fact]
    public void Rows_OfATable_FallInCoverage()
    {
        Assert.Equal(100, Table.Rows.Count);
        Assert.Equal(Table.Rows.OrderByDescending(row => row.Answered), Table.Rows);
    }

    [Fact]
    public void ForAccuracy_Reachable_AnswersMost()
    {
        Assert.Equal(3, Table.ForAccuracy(0.66)!.Answered);
        Assert.Equal(1, Table.ForAccuracy(1)!.Answered);
        Assert.Equal(5, Table.ForAccuracy(0.5)!.Answered);
    }

    [Fact]
    public void ForAccuracy_NeverReached_IsNull()
    {
        Assert.Null(ThresholdTable.Of([1], [0.9f, 0.1f], 2).ForAccuracy(0.5));
    }

    [Fact]
    public void PerClass_OneClassTooImprecise_HasNoThreshold()
    {
        var thresholds = Table.PerClass(0.66);

        Assert.Equal(new ClassThreshold(0, 0.7f, 2 / 3.0, 2 / 3.0), thresholds[0]);
        Assert.Equal(new ClassThreshold(1, null, 0, 0), thresholds[1]);
    }
}
