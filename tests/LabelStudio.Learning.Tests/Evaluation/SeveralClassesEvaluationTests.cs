using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Evaluation;

/// <summary>The expected values are those of scikit-learn's documentation where a test says so, else counted by hand.</summary>
public sealed class SeveralClassesEvaluationTests
{
    private const double Tolerance = 1e-6;

    /// <summary>A, B, A + B, no class.</summary>
    private static readonly LabelMembers s_two = new([[0], [1], [0, 1], []], 2);

    [Fact]
    public void Marginals_ClassAloneAndInCombinations_AddUp()
    {
        Assert.Equal([0.1f + 0.3f, 0.2f + 0.3f], s_two.Marginals([0.1f, 0.2f, 0.3f, 0.4f]), Close);
    }

    [Fact]
    public void Marginals_CertainLabelOfRoundedNumbers_IsAtMostOne()
    {
        var thirds = new LabelMembers([[0], [0, 1], [0, 2]], 3).Marginals([0.33333337f, 0.33333337f, 0.33333337f]);

        Assert.Equal(1f, thirds[0]);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(0, 0)]
    public void LabelMembers_ClassOutsideOrTwice_IsRefused(int one, int other)
    {
        Assert.Throws<ArgumentException>(() => new LabelMembers([[one, other]], 2));
    }

    /// <summary>scikit-learn, accuracy_score and hamming_loss: truth [[0, 1], [1, 1]]; called all ones 0.5 are exact, called all zeros 0.75 is the loss.</summary>
    [Fact]
    public void Compute_SetsOfScikitLearnsExamples_GivesItsExactMatchAndHammingLoss()
    {
        var ones = SeveralClassesEvaluation.Compute(s_two, [1, 2], Certain(s_two, 2, 2));
        var zeros = SeveralClassesEvaluation.Compute(s_two, [1, 2], Certain(s_two, 3, 3));

        Assert.Equal(0.5, ones.ExactMatch);
        Assert.Equal(0.75, zeros.HammingLoss);
    }

    /// <summary>scikit-learn, jaccard_score(average='samples') of truth [[0, 1, 1], [1, 1, 0]] and called [[1, 1, 1], [1, 0, 0]].</summary>
    [Fact]
    public void Compute_SetsOfScikitLearnsExample_GivesItsJaccard()
    {
        var members = new LabelMembers([[1, 2], [0, 1], [0, 1, 2], [0]], 3);

        var metrics = SeveralClassesEvaluation.Compute(members, [0, 1], Certain(members, 2, 3));

        Assert.Equal(0.5833333333, metrics.MeanJaccard, Tolerance);
    }

    /// <summary>scikit-learn, f1_score(average=None) of truth [[0, 0, 0], [1, 1, 1], [0, 1, 1]] and called [[0, 0, 0], [1, 1, 1], [1, 1, 0]].</summary>
    [Fact]
    public void Compute_SetsOfScikitLearnsExample_GivesItsF1OfEachClass()
    {
        var members = new LabelMembers([[], [0, 1, 2], [1, 2], [0, 1]], 3);

        var metrics = SeveralClassesEvaluation.Compute(members, [0, 1, 2], Certain(members, 0, 1, 3));

        Assert.Equal([2 / 3.0, 1, 2 / 3.0], metrics.Classes.Select(item => item.F1), Close64);
        Assert.Equal(7 / 9.0, metrics.MacroF1, Tolerance);
        // TP 1 + 2 + 1, FP 1, FN 1.
        Assert.Equal(0.8, metrics.MicroF1, Tolerance);
        // Nobody sees a class on the first image, which is right.
        Assert.Equal((1 + 1 + (1 / 3.0)) / 3, metrics.MeanJaccard, Tolerance);
    }

    [Fact]
    public void Compute_MostProbableLabelAndClassesDisagree_SetIsJudgedByTheOneAndClassesByTheOther()
    {
        // A + B is most probable, and A is above a half only together with A alone; B stays below.
        var metrics = SeveralClassesEvaluation.Compute(s_two, [2], [0.35f, 0.05f, 0.4f, 0.2f]);

        Assert.Equal((1, 1), (metrics.ExactMatch, metrics.MeanJaccard));
        Assert.Equal((1, 0), (metrics.Classes[0].RightYes, metrics.Classes[1].RightYes));
        Assert.Equal(1, metrics.Classes[1].Missed);
        Assert.Equal(0.5, metrics.HammingLoss);
    }

    [Fact]
    public void Compute_EachClass_CountsYesAndNoOverAllImages()
    {
        // Given A, A + B, none, B; called A, A, B, B.
        var metrics = SeveralClassesEvaluation.Compute(s_two, [0, 2, 3, 1], Certain(s_two, 0, 0, 1, 1));

        Assert.Equal(new YesNoMetrics(0, 2, 0, 0, 2, 1), metrics.Classes[0]);
        Assert.Equal((1, 1, 1, 1, 2), (metrics.Classes[1].RightYes, metrics.Classes[1].WrongYes, metrics.Classes[1].Missed, metrics.Classes[1].RightNo, metrics.Classes[1].Support));
        Assert.Equal((0.5, 0.5), (metrics.Classes[1].Precision, metrics.Classes[1].Recall));
        Assert.Equal(0.5, metrics.ExactMatch);
        Assert.Equal(0.25, metrics.HammingLoss);
    }

    /// <summary>scikit-learn, average_precision_score of truth [0, 0, 1, 1] and scores [0.1, 0.4, 0.35, 0.8] is 0.83.</summary>
    [Fact]
    public void Compute_ScoresOfScikitLearnsExample_GivesItsAveragePrecision()
    {
        var members = new LabelMembers([[0], []], 1);
        float[] scores = [0.1f, 0.4f, 0.35f, 0.8f];

        var metrics = SeveralClassesEvaluation.Compute(members, [1, 1, 0, 0], [.. scores.SelectMany(score => new[] { score, 1 - score })]);

        Assert.Equal(0.8333333333, metrics.MeanAveragePrecision, Tolerance);
    }

    [Fact]
    public void Compute_ClassWithoutImages_IsInNoMean()
    {
        var metrics = SeveralClassesEvaluation.Compute(s_two, [0, 3], Certain(s_two, 0, 3));

        Assert.Equal((1, 1, 1, 1), (metrics.MacroF1, metrics.MacroPrecision, metrics.MacroRecall, metrics.MeanAveragePrecision));
        Assert.Null(metrics.Classes[1].AveragePrecision);
    }

    [Fact]
    public void Compute_NoImage_GivesZerosAndTheWholeInterval()
    {
        var metrics = SeveralClassesEvaluation.Compute(s_two, [], []);

        Assert.Equal((0, 0, 0, 1, 0), (metrics.Count, metrics.ExactMatch, metrics.ExactMatchLow, metrics.ExactMatchHigh, metrics.HammingLoss));
    }

    [Fact]
    public void ForPrecisionAndF1_ScoresOfOneClass_GiveTheThresholdThatKeepsMost()
    {
        var members = new LabelMembers([[0], []], 1);
        var cuts = Assert.Single(ThresholdCuts.OfAll(members, [0, 1, 0, 0, 1], [0.9f, 0.8f, 0.7f, 0.6f, 0.5f]));

        Assert.Equal(new ThresholdCut(0.6f, 4, 3), cuts.ForPrecision(0.75));
        Assert.Equal(new ThresholdCut(0.9f, 1, 1), cuts.ForPrecision(0.9));
        Assert.Equal(new ThresholdCut(0.6f, 4, 3), cuts.ForF1());
        Assert.Null(new ThresholdCuts(0, 0, 3, []).ForF1());
    }

    /// <summary>All probability on one label of each image.</summary>
    private static float[] Certain(LabelMembers members, params int[] called) =>
        [.. called.SelectMany(label => Enumerable.Range(0, members.Labels).Select(index => index == label ? 1f : 0f))];

    private static bool Close(float expected, float actual) => Math.Abs(expected - actual) < Tolerance;

    private static bool Close64(double expected, double actual) => Math.Abs(expected - actual) < Tolerance;
}
