using LabelStudio.Learning.Agreement;
using LabelStudio.Learning.Tests.Golden;

namespace LabelStudio.Learning.Tests.Agreement;

/// <summary>Golden/agreement.json holds values by scikit-learn, statsmodels and krippendorff on seeded labels.</summary>
public sealed class AnnotatorAgreementTests
{
    private const string GoldenFile = "agreement.json";
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Cases => GoldenCases.Names(GoldenFile);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_GoldenLabels_GivesTheLibrariesValues(string name)
    {
        var golden = GoldenCases.Case(GoldenFile, name);

        var agreement = AnnotatorAgreement.Of(golden.Rows<int?>("labels_by_annotator"), golden.GetProperty("classes").GetInt32());

        AssertClose(golden.NumberOrNull("fleiss_kappa"), agreement.FleissKappa);
        AssertClose(golden.NumberOrNull("krippendorff_alpha_nominal"), agreement.KrippendorffAlpha);
        foreach (var (expected, pair) in golden.GetProperty("cohen_kappa").EnumerateArray().Zip(agreement.Pairs, (expected, pair) => (expected, pair)))
        {
            Assert.Equal(expected.Integers("pair"), new[] { pair.First, pair.Second });
            Assert.Equal(expected.GetProperty("images").GetInt32(), pair.Images);
            AssertClose(expected.NumberOrNull("agreement"), pair.Agreement);
            AssertClose(expected.NumberOrNull("kappa"), pair.Kappa);
        }

        Assert.Equal(golden.GetProperty("cohen_kappa").GetArrayLength(), agreement.Pairs.Count);
    }

    [Fact]
    public void Of_LabelsOfTwo_CountsTheConfusionWithTheFirstInRows()
    {
        int?[][] labels = [[0, 0, 1, null, 2], [0, 1, 1, 2, null]];

        var pair = Assert.Single(AnnotatorAgreement.Of(labels, 3).Pairs);

        Assert.Equal([[1, 1, 0], [0, 1, 0], [0, 0, 0]], pair.Confusion);
        Assert.Equal(3, pair.Images);
        Assert.Equal(2 / 3.0, pair.Agreement, Tolerance);
    }

    [Fact]
    public void Of_ThreeAnnotators_AveragesTheAgreeingPairsOverImages()
    {
        // Three alike, two of three alike (1 of 3 pairs), one label alone (not counted).
        int?[][] labels = [[0, 0, 0], [0, 0, null], [0, 1, null]];

        var agreement = AnnotatorAgreement.Of(labels, 2);

        Assert.Equal(2, agreement.Images);
        Assert.Equal((1 + (1 / 3.0)) / 2, agreement.Agreement!.Value, Tolerance);
    }

    [Fact]
    public void Of_OneClassOnly_SaysNothingAboutChance()
    {
        var agreement = AnnotatorAgreement.Of([[0, 0], [0, 0]], 2);

        Assert.Equal(1, agreement.Agreement);
        Assert.Null(agreement.FleissKappa);
        Assert.Null(agreement.KrippendorffAlpha);
        Assert.Null(Assert.Single(agreement.Pairs).Kappa);
    }

    [Fact]
    public void Of_NoCommonImage_IsEmpty()
    {
        var agreement = AnnotatorAgreement.Of([[0, null], [null, 1]], 2);

        Assert.Equal(new AnnotatorAgreement(0, null, null, null, agreement.Pairs), agreement);
        Assert.Empty(agreement.Pairs);
    }

    private static void AssertClose(double? expected, double? actual)
    {
        Assert.Equal(expected is null, actual is null);
        // The golden values are rounded to ten digits.
        Assert.Equal(expected ?? 0, actual ?? 0, Tolerance);
    }
}
