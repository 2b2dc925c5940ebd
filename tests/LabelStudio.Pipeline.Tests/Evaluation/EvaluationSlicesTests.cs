using System.Globalization;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Promotion;
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
        var images = await studio.AddImagesAsync(6, Split.Test);
        // The tested images are named after those of the project; the rest of the test set has been deleted since.
        var modelId = await TrainAsync(studio, classes, result => result with { Test = result.Test with { ImageIds = [.. result.Test.ImageIds.Select((_, row) => row < images.Length ? images[row].Id : -row)] } });
        var expected = (await studio.Get<EvaluationReports>().PredictionsAsync(studio.UserId, modelId, Token)).Where(item => item.ImageId > 0).ToList();

        var slice = Assert.Single(await studio.Get<EvaluationSlices>().OfAsync(studio.UserId, modelId, SliceKind.ImportBatch, Token));

        Assert.Equal(("test", 6, expected.Count(item => item.Target == item.Predicted)), (slice.Name, slice.Count, slice.Right));
        Assert.Equal(images.Select(image => image.Id), slice.ImageIds.Order());
        Assert.Equal("shorter side under 128 px", Assert.Single(await studio.Get<EvaluationSlices>().OfAsync(studio.UserId, modelId, SliceKind.Size, Token)).Name);
    }

    [Fact]
    public async Task Of_EverythingCalledOneClass_HasTheMacroF1OfTheClassesThatAreThere()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var images = await studio.AddImagesAsync(20, Split.Test);
        var modelId = await TrainAsync(studio, classes, result => result with
        {
            Test = result.Test with
            {
                ImageIds = [.. images.Select(image => image.Id)],
                Probabilities = [.. Enumerable.Range(0, 40).Select(index => index % 2 == 0 ? 1f : 0f)],
            },
        });

        var slice = Assert.Single(await studio.Get<EvaluationSlices>().OfAsync(studio.UserId, modelId, SliceKind.ImportBatch, Token));

        // Ten of each: F1 is 2·10 / (10 + 20) for the one and 0 for the other.
        Assert.Equal((20, 0.5), (slice.Count, slice.Accuracy));
        Assert.Equal(1 / 3.0, slice.MacroF1, 1e-9);
    }

    [Fact]
    public async Task Validation_OfATrainedModel_IsKeptForTheChoiceOfThresholds()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var modelId = await TrainAsync(studio, await AddLabelledAsync(studio));

        var validation = (await studio.Get<EvaluationReports>().ValidationAsync(studio.UserId, modelId, Token))!;

        Assert.Equal([10, 10], validation.Targets.CountBy(target => target).OrderBy(item => item.Key).Select(item => item.Value));
        Assert.Equal(40, validation.Values.Length);
        Assert.All(validation.Values.Chunk(2), row => Assert.Equal(1, row.Sum(), 1e-5f));
        Assert.True(validation.Values.Chunk(2).Zip(validation.Targets).Count(item => item.First[item.Second] > 0.5) >= 19);
        var norms = (await studio.Get<EvaluationReports>().GetAsync(studio.UserId, modelId, Token)).HeadNorms;
        Assert.True(norms.Count == 2 && norms.All(norm => norm > 0));
    }

    [Fact]
    public async Task OfMetadata_NumbersInRanges_AndSmallPartsAreMarkedAndLast()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var images = await studio.AddImagesAsync(20, Split.Test);
        var modelId = await TrainAsync(studio, classes, result => result with { Test = result.Test with { ImageIds = [.. images.Select(image => image.Id)] } });
        await studio.Get<ImageMetadata>().SetAsync(studio.UserId, studio.ProjectId,
            [.. images.Select((image, index) => new MetadataChange(image.Id, null, new Dictionary<string, string?>
            {
                ["site"] = "pier",
                ["weight"] = (index + 0.5).ToString(CultureInfo.InvariantCulture),
                ["camera"] = index < 3 ? "old" : null,
            }))], Token);
        var slices = studio.Get<EvaluationSlices>();

        var site = Assert.Single(await slices.OfMetadataAsync(studio.UserId, modelId, "site", Token));
        Assert.Equal(("pier", 20, false, new MetadataFilter("site", "pier")), (site.Name, site.Count, site.IsTooSmall, site.Metadata));
        var weights = await slices.OfMetadataAsync(studio.UserId, modelId, "weight", Token);
        Assert.Equal(["0.5 to below 4.5", "12.5 to below 16.5", "16.5 to 19.5", "4.5 to below 8.5", "8.5 to below 12.5"], weights.Select(slice => slice.Name).Order(StringComparer.Ordinal));
        Assert.All(weights, slice => Assert.True(slice is { Count: 4, IsTooSmall: true }));
        foreach (var slice in weights)
        {
            // The link of a part leads to exactly its images.
            Assert.Equal(slice.ImageIds.Order(), await studio.Get<ImageLibrary>().IdsAsync(studio.UserId, studio.ProjectId, new ImageFilter { Metadata = slice.Metadata }, Token));
        }

        Assert.Equal([("not set", 17), ("old", 3)], (await slices.OfMetadataAsync(studio.UserId, modelId, "camera", Token)).Select(slice => (slice.Name, slice.Count)).Order());
    }

    [Fact]
    public async Task OfMetadata_Dates_AreNamedAsDates()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var images = await studio.AddImagesAsync(20, Split.Test);
        var modelId = await TrainAsync(studio, classes, result => result with { Test = result.Test with { ImageIds = [.. images.Select(image => image.Id)] } });
        await studio.Get<ImageMetadata>().SetAsync(studio.UserId, studio.ProjectId,
            [.. images.Select((image, index) => new MetadataChange(image.Id, null, new Dictionary<string, string?> { ["taken"] = $"2026-05-{index + 1:00}" }))], Token);

        var names = (await studio.Get<EvaluationSlices>().OfMetadataAsync(studio.UserId, modelId, "taken", Token)).Select(slice => slice.Name).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(("2026-05-01 to below 2026-05-05", "2026-05-17 to 2026-05-20"), (names[0], names[^1]));
    }

    [Fact]
    public async Task Of_AgeOfTheClass_PartsNewClassesFromThoseKnownFromTheStart()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        await studio.Get<ModelRegistry>().PromoteAsync(studio.UserId, await TrainAsync(studio, classes), null, Token);
        var bowl = await studio.AddClassAsync("Bowl");
        await studio.LabelAsync([.. (await studio.AddImagesAsync(4)).Select(image => (image.Id, (Guid?)bowl))]);
        var images = await studio.AddImagesAsync(30, Split.Test);
        var grown = await TrainAsync(studio, [.. classes, bowl], result => result with { Test = result.Test with { ImageIds = [.. images.Select(image => image.Id)] } });

        var slices = await studio.Get<EvaluationSlices>().OfAsync(studio.UserId, grown, SliceKind.ClassAge, Token);

        Assert.Equal([("known from the start", 20), ("new in this model", 10)], slices.Select(slice => (slice.Name, slice.Count)).Order());
    }
}
