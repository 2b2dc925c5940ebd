using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Golden;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class RocCurveTests
{
    private const string GoldenFile = "metrics.json";

    public static TheoryData<string> Cases => GoldenCases.Names(GoldenFile);

    [Fact]
    public void OfAll_FewImages_GivesTheCurveAndAreaByHand()
    {
        // Of the second class: images of it at 0.9 and 0.6, others at 0.7 and 0.2. Three of the four pairs are in order.
        float[] probabilities = [0.1f, 0.9f, 0.4f, 0.6f, 0.3f, 0.7f, 0.8f, 0.2f];

        var curve = OfAll([1, 1, 0, 0], probabilities, 2)[1];

        Assert.Equal([new(double.PositiveInfinity, 0, 0), new(0.9f, 0, 0.5), new(0.7f, 0.5, 0.5), new(0.6f, 0.5, 1), new(0.2f, 1, 1)], curve.Points);
        Assert.Equal(0.75, curve.Area!.Value, 1e-12);
    }

    [Fact]
    public void OfAll_EqualProbabilities_PassTheThresholdTogetherAndCountHalf()
    {
        float[] probabilities = [0.1f, 0.9f, 0.5f, 0.5f, 0.5f, 0.5f, 0.8f, 0.2f];

        var curve = OfAll([1, 0, 1, 0], probabilities, 2)[1];

        Assert.Equal([new(double.PositiveInfinity, 0, 0), new(0.9f, 0, 0.5), new(0.5, 0.5, 1), new(0.2f, 1, 1)], curve.Points);
        Assert.Equal(3.5 / 4, curve.Area!.Value, 1e-12);
    }

    [Fact]
    public void OfAll_ClassWithoutImagesOrWithoutOthers_HasNoCurve()
    {
        var curves = OfAll([0, 0], [0.7f, 0.3f, 0.6f, 0.4f], 2);

        Assert.All(curves, curve => Assert.Null(curve.Area));
        Assert.All(curves, curve => Assert.Empty(curve.Points));
    }

    /// <summary>The area is the share of pairs, one image of the class and one of another, that are in order: counted out one by one.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void OfAll_GoldenLogits_AreaIsTheShareOfPairsInOrder(string name)
    {
        var golden = GoldenCases.Case(GoldenFile, name);
        var (targets, classes) = (golden.Integers("truth"), golden.GetProperty("classes").GetInt32());
        float[] probabilities = [.. golden.Rows<float>("logits").SelectMany(row => row)];
        TemperatureScaling.Softmax(probabilities, classes, targets.Length, 1);

        foreach (var curve in OfAll(targets, probabilities, classes))
        {
            var scores = targets.Select((target, image) => (IsOfClass: target == curve.Index, Value: probabilities[(image * classes) + curve.Index])).ToLookup(item => item.IsOfClass, item => item.Value);
            double[] pairs = [.. scores[true].SelectMany(own => scores[false].Select(other => own > other ? 1 : own.Equals(other) ? 0.5 : 0))];
            Assert.Equal(pairs.Length == 0, curve.Area is null);
            Assert.Equal(pairs.DefaultIfEmpty().Average(), curve.Area ?? 0, 1e-9);
        }
    }

    [Fact]
    public void Thinned_ManyPoints_KeepsTheEnds()
    {
        var random = new Random(1);
        int[] targets = [.. Enumerable.Range(0, 500).Select(_ => random.Next(2))];
        float[] probabilities = [.. targets.SelectMany(_ => new[] { 0f, (float)random.NextDouble() })];

        var thinned = OfAll(targets, probabilities, 2)[1].Thinned(20);

        Assert.Equal((20, 0.0, 1.0), (thinned.Points.Count, thinned.Points[0].Recall, thinned.Points[^1].FalsePositiveRate));
    }

    private static IReadOnlyList<RocCurve> OfAll(int[] targets, float[] probabilities, int classes) =>
        [.. ThresholdCuts.OfAll(targets, probabilities, classes).Select(RocCurve.Of)];
}
