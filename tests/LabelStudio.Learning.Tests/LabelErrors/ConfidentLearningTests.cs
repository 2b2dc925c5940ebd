using System.Text.Json;
using LabelStudio.Learning.LabelErrors;
using LabelStudio.Learning.Tests.Golden;

namespace LabelStudio.Learning.Tests.LabelErrors;

/// <summary>Golden/label_errors.json holds values by cleanlab on seeded predictions.</summary>
public sealed class ConfidentLearningTests
{
    private const string GoldenFile = "label_errors.json";

    /// <summary>The golden values stand on 64-bit probabilities, ours are 32-bit.</summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Cases => GoldenCases.Names(GoldenFile);

    [Theory]
    [MemberData(nameof(Cases))]
    public void ConfidentJoint_GoldenProbabilities_IsCleanlabs(string name)
    {
        var (golden, given, probabilities, classes) = Read(name);

        var thresholds = ConfidentLearning.Thresholds(given, probabilities, classes);
        var joint = ConfidentLearning.ConfidentJoint(given, ConfidentLearning.ConfidentClasses(probabilities, thresholds), classes);

        Assert.Equal(golden.Numbers("thresholds"), thresholds, Close);
        Assert.Equal(golden.Rows<int>("confident_joint_counts_uncalibrated"), joint);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Selections_GoldenProbabilities_AreCleanlabs(string name)
    {
        var (golden, given, probabilities, classes) = Read(name);

        Assert.Equal(golden.Integers("issues_confident_learning"), ConfidentLearning.OffDiagonal(given, probabilities, classes));
        Assert.Equal(golden.Integers("issues_prune_by_noise_rate"), ConfidentLearning.ByNoiseRate(given, probabilities, classes));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LabelQuality_GoldenProbabilities_IsCleanlabs(string name)
    {
        var (golden, given, probabilities, classes) = Read(name);

        Assert.Equal(golden.Numbers("self_confidence"), LabelQuality.SelfConfidence(given, probabilities, classes), Close);
        Assert.Equal(golden.Numbers("normalized_margin"), LabelQuality.NormalizedMargin(given, probabilities, classes), Close);
    }

    [Fact]
    public void Thresholds_ClassWithoutImages_IsReachedByNothing()
    {
        float[] probabilities = [0.1f, 0.9f, 0.2f, 0.8f];

        var thresholds = ConfidentLearning.Thresholds([0, 0], probabilities, 2);

        Assert.Equal(double.PositiveInfinity, thresholds[1]);
        Assert.DoesNotContain(1, ConfidentLearning.ConfidentClasses(probabilities, thresholds));
    }

    [Fact]
    public void Thresholds_MissingProbabilities_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Thresholds([0, 1], [0.5f, 0.5f], 2));
    }

    private static bool Close(double one, double other) => Math.Abs(one - other) < Tolerance;

    private static (JsonElement Golden, int[] Given, float[] Probabilities, int Classes) Read(string name)
    {
        var golden = GoldenCases.Case(GoldenFile, name);
        return (
            golden,
            golden.Integers("given"),
            [.. golden.Rows<float>("probabilities").SelectMany(row => row)],
            golden.GetProperty("classes").GetInt32());
    }
}
