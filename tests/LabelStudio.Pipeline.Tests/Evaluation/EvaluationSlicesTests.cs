using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Tests.Hosting;
using static LabelStudio.Pipeline.Tests.Promotion.TrainedStudio;

namespace LabelStudio.Pipeline.Tests.Evaluation;

public sealed class EvaluationSlicesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_SliceOfImagesThatAreThere_CountsThemOnceAndTheirErrors()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var images = await studio.AddImagesAsync(6, LabelStudio.Pipeline.Intake.Split.Test);
        // The tested images are named after those of the project; the rest of the test set has been deleted since.
        var modelId = await TrainAsync(studio, classes, result => result with { Test = result.Test with { ImageIds = [.. result.Test.ImageIds.Select((_, row) => row < images.Length ? images[row].Id : -row)] } });
        var expected = (await studio.Get<EvaluationReports>().PredictionsAsync(studio.UserId, modelId, Token)).Where(item => item.ImageId > 0).ToList();

        var slice = Assert.Single(await studio.Get<EvaluationSlices>().OfAsync(studio.UserId, modelId, SliceKind.ImportBatch, Token));

        Assert.Equal(("test", 6, expected.Count(item => item.Target == item.Predicted)), (slice.Name, slice.Count, slice.Right));
        Assert.Equal(images.Select(image => image.Id), slice.ImageIds.Order());
        Assert.Equal("shorter side under 128 px", Assert.Single(await studio.Get<EvaluationSlices>().OfAsync(studio.UserId, modelId, SliceKind.Size, Token)).Name);
    }
}
