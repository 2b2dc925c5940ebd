using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Golden;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class PrecisionRecallCurveTests
{
    private const string GoldenFile = "metrics.json";

    public static TheoryData<string> Cases => GoldenCases.Names(GoldenFile);

    [Theory]
    [MemberData(nameof(Cases))]
    public void OfAll_GoldenLogits_GivesScikitLearnsAveragePrecision(string name)
    {
        var golden = GoldenCases.Case(GoldenFile, name);
        var (targets, classes) = (golden.Integers("truth"), golden.GetProperty("classes").GetInt32());
        float[] probabilities = [.. golden.Rows<float>("logits").SelectMany(row => row)];
        TemperatureScaling.Softmax(probabilities, classes, targets.Length, 1);

        var curves = OfAll(targets, probabilities, classes);

        var expected = golden.GetProperty("average_precision").EnumerateArray().ToArray();
        Assert.Equal(expected.Length, curves.Count);
        foreach (var (value, curve) in expected.Zip(curves))
        {
            Assert.Equal(value.ValueKind == System.Text.Json.JsonValueKind.Null, curve.AveragePrecision is null);
            // The golden values stand on 64-bit probabilities, ours are 32-bit.
            Assert.Equal(curve.AveragePrecision is null ? 0 : value.GetDouble(), curve.AveragePrecision ?? 0, 1e-6);
        }
    }

    [Fact]
    public void OfAll_EqualProbabilities_PassTheThresholdTogether()
    {
        float[] probabilities = [0.1f, 0.9f, 0.5f, 0.5f, 0.5f, 0.5f, 0.8f, 0.2f];

        var curve = OfAll([1, 0, 1, 0], probabilities, 2)[1];

        Assert.Equal([new(0.9f, 1, 0.5), new(0.5, 2 / 3.0, 1), new(0.2f, 0.5, 1)], curve.Points);
        Assert.Equal(0.5 + (0.5 * 2 / 3), curve.AveragePrecision!.Value, 1e-12);
    }

    [Fact]
    public void Thinned_ManyPoints_KeepsTheEnds()
    {
        var random = new Random(1);
        int[] targets = [.. Enumerable.Range(0, 500).Select(_ => random.Next(2))];
        float[] probabilities = [.. targets.SelectMany(_ => new[] { 0f, (float)random.NextDouble() })];

        var curve = OfAll(targets, probabilities, 2)[1];
        var thinned = curve.Thinned(20);

        Assert.Equal(20, thinned.Points.Count);
        Assert.Equal(curve.Points[0], thinned.Points[0]);
        Assert.Equal(curve.Points[^1], thinned.Points[^1]);
    }

    private static IReadOnlyList<PrecisionRecallCurve> OfAll(int[] targets, float[] probabilities, int classes) =>
        [.. ThresholdCuts.OfAll(targets, probabilities, classes).Select(PrecisionRecallCurve.Of)];
}
