using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Evaluation;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class ThresholdOutcomeTests
{
    private static readonly Guid Cup = Guid.CreateVersion7();
    private static readonly Guid Plate = Guid.CreateVersion7();

    private static readonly TestPrediction[] Predictions =
        [new(1, Cup, Cup, 0.9, null), new(2, Cup, Plate, 0.8, null), new(3, Plate, Plate, 0.4, null), new(4, Plate, Cup, 0.3, null)];

    [Fact]
    public void Of_OneThreshold_CountsAnswersAndThoseRight()
    {
        var outcome = ThresholdOutcome.Of(Predictions, Thresholds(0.8));

        Assert.Equal((0.5, 0.5), (outcome.Coverage, outcome.Accuracy));
    }

    [Fact]
    public void Of_NothingAnswered_HasNoAccuracy() => Assert.Null(ThresholdOutcome.Of(Predictions, Thresholds(0.95)).Accuracy);

    [Fact]
    public void Of_ThresholdOfAClass_HoldsForItsAnswersOnly()
    {
        var outcome = ThresholdOutcome.Of(Predictions, new(0, new Dictionary<Guid, double> { [Plate] = 0.85 }));

        Assert.Equal((2, 1), (outcome.Answered, outcome.Right));
    }

    [Fact]
    public void OfClass_CountsItsImagesAndWhatIsCalledIt()
    {
        var outcome = ThresholdOutcome.OfClass(Cup, Predictions, Thresholds(0));

        Assert.Equal((2, 2, 1), (outcome.Count, outcome.Answered, outcome.Right));
        Assert.Equal((0.5, 0.5), (outcome.Accuracy, outcome.Found));
    }

    private static AnswerThresholds Thresholds(double overall) => new(overall, new Dictionary<Guid, double>());
}
