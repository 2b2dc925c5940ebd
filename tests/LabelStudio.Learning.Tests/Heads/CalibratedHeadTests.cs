using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class CalibratedHeadTests
{
    private static readonly Guid[] Ids = [.. Enumerable.Range(1, 4).Select(number => new Guid(number, 0, 0, new byte[8]))];

    // One embedding of 1, so that the biases are the logits: ln of 1, 2, 3 and 4.
    private static readonly LinearHead Head = new(
        ClassIndexMap.Of(Ids), 1, new float[4], [.. Enumerable.Range(1, 4).Select(value => MathF.Log(value))]);

    [Fact]
    public void Logits_NothingChangedSince_AreTheLogarithmsOfTheCalibratedProbabilities()
    {
        var head = new CalibratedHead(Head, temperature: 0.5, classId => classId);

        // At half the temperature probabilities are as the squares: 1, 4, 9, 16 of 30.
        Assert.Equal([1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0], Probabilities(head), Close);
        Assert.Equal(Ids, head.Classes.ClassIds);
    }

    [Fact]
    public void Logits_ClassMergedAndClassArchived_AddsTheOneAndLeavesOutTheOther()
    {
        var head = new CalibratedHead(Head, temperature: 1, classId => classId == Ids[0] ? Ids[1] : classId == Ids[3] ? null : classId);

        Assert.Equal([Ids[1], Ids[2]], head.Classes.ClassIds);
        Assert.Equal([0.5, 0.5], Probabilities(head), Close);
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-6;

    private static double[] Probabilities(CalibratedHead head)
    {
        var logits = new float[head.Classes.Count];
        head.Logits([1f], 1, logits);
        TemperatureScaling.Softmax(logits, logits.Length, 1, head.Temperature);
        return [.. logits.Select(value => (double)value)];
    }
}
