using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Pages.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class CalibrationTests
{
    private static readonly Guid Right = Guid.CreateVersion7();
    private static readonly Guid Wrong = Guid.CreateVersion7();

    [Fact]
    public void AtThreshold_CountsAnswersAndThoseRight()
    {
        TestPrediction[] predictions = [Of(1, 0.9, true), Of(2, 0.8, false), Of(3, 0.4, true), Of(4, 0.3, false)];

        var outcome = Calibration.AtThreshold(predictions, 0.8);

        Assert.Equal(0.5, outcome.Coverage);
        Assert.Equal(0.5, outcome.Accuracy);
    }

    [Fact]
    public void AtThreshold_NothingAnswered_HasNoAccuracy() =>
        Assert.Null(Calibration.AtThreshold([Of(1, 0.2, true)], 0.9).Accuracy);

    [Fact]
    public void Bins_HoldEquallyManyImagesInOrderOfCertainty()
    {
        var predictions = Enumerable.Range(0, 80).Select(i => Of(i, i / 80.0, i >= 40)).ToList();

        var bins = Calibration.Bins(predictions, 10);

        Assert.All(bins, bin => Assert.Equal(8, bin.Count));
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], bins.Select(bin => bin.Accuracy));
        Assert.Equal(0.04375, bins[0].Confidence, 6);
    }

    [Fact]
    public void WorstErrors_AreTheMostCertainWrongOnes()
    {
        TestPrediction[] predictions = [Of(1, 0.9, true), Of(2, 0.5, false), Of(3, 0.8, false)];

        Assert.Equal([3, 2], Calibration.WorstErrors(predictions).Select(p => p.ImageId));
    }

    private static TestPrediction Of(long id, double probability, bool isRight) => new(id, Right, isRight ? Right : Wrong, probability, null);
}
