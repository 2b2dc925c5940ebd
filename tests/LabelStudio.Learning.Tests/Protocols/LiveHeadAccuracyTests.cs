using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>Floors of the live head with all train labels given, at 224 px. Measured: 0.884 and 0.794.</summary>
[Trait("Speed", "Slow")]
public sealed class LiveHeadAccuracyTests
{
    [Theory]
    [InlineData("clothing", 0.86)]
    [InlineData("cifar10", 0.775)]
    public void Solve_AllTrainLabels_ReachesTheFloorOnTheTestFolder(string data, double floor)
    {
        var train = EmbeddedPictures.Of($"{data}/train", 224);
        var test = EmbeddedPictures.Of($"{data}/test", 224);

        var metrics = ModelEvaluation.Compute(test.Targets, test.Probabilities(train.LiveHead()), test.Classes);

        Assert.True(metrics.Accuracy >= floor, $"accuracy {metrics.Accuracy:f4}");
        // The default temperature, before any is fitted, must already give usable probabilities.
        Assert.True(metrics.ExpectedCalibrationError <= 0.08, $"calibration error {metrics.ExpectedCalibrationError:f4}");
    }
}
