using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Serving;

public sealed class ImageScoresTests
{
    private const int Wrong = 8;

    public ImageScoresTests() => NativeLibraries.Initialize(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ScoreAsync_LabelledImages_ContradictsExactlyTheWrongLabel()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (images, classes) = await StartAsync(studio);

        var scored = await ScoreAsync(studio, new ImageFilter { State = ImageState.Labelled });

        Assert.Equal(images.Take(30).Select(image => image.Id), scored.Select(image => image.ImageId));
        var contradicted = Assert.Single(scored, image => image.LabelClassId != image.First.ClassId);
        Assert.Equal((images[Wrong].Id, classes[Wrong % 2]), (contradicted.ImageId, contradicted.First.ClassId));
        await studio.Get<LiveHeads>().StopAsync(Token);
    }

    [Fact]
    public async Task ScoreAsync_HiddenCheck_IsNoLabelledImageToAnnotators()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (images, _) = await StartAsync(studio);
        await studio.Get<KnownImages>().AddAsync(studio.UserId, studio.ProjectId, images[Wrong].Id, Token);
        await studio.Get<QualityPlans>().SetAsync(studio.UserId, new QualityPlan { ProjectId = studio.ProjectId, KnownPercent = 10 }, Token);
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);

        var labelled = await studio.Get<ImageScores>().ScoreAsync(annotator, studio.ProjectId, new ImageFilter { State = ImageState.Labelled }, Token);
        var all = await studio.Get<ImageScores>().ScoreAsync(annotator, studio.ProjectId, new ImageFilter(), Token);

        Assert.DoesNotContain(labelled, image => image.ImageId == images[Wrong].Id);
        Assert.Null(all.Single(image => image.ImageId == images[Wrong].Id).LabelClassId);
        await studio.Get<LiveHeads>().StopAsync(Token);
    }

    [Fact]
    public async Task ScoreAsync_UnlabelledImages_AgreesWithTheSuggestions()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (images, _) = await StartAsync(studio);
        long[] unlabelled = [.. images.Skip(30).Select(image => image.Id)];

        var scored = await ScoreAsync(studio, new ImageFilter { State = ImageState.Unlabelled });
        var suggested = await studio.Get<SuggestionService>().SuggestAsync(studio.UserId, studio.ProjectId, unlabelled, Token);

        Assert.Equal(suggested.Select(item => (item.ImageId, item.Scores[0], item.Scores[1])), scored.Select(item => (item.ImageId, item.First, item.Second)));
        Assert.All(scored, item =>
        {
            var (p, q) = (item.First.Probability, item.Second.Probability);
            Assert.Equal(p - q, item.Margin);
            Assert.Equal(-(p * Math.Log(p)) - (q > 0 ? q * Math.Log(q) : 0), item.Entropy, 1e-4);
        });
        await studio.Get<LiveHeads>().StopAsync(Token);
    }

    [Fact]
    public async Task ScoreAsync_BeforeAnythingIsLearned_GivesNothing()
    {
        await using var studio = await ModelStudio.CreateAsync();
        await studio.AddImagesAsync(3);

        Assert.Empty(await ScoreAsync(studio, new ImageFilter()));
        await Assert.ThrowsAnyAsync<StudioException>(() => studio.Get<ImageScores>().ScoreAsync(Guid.NewGuid(), studio.ProjectId, new ImageFilter(), Token));
    }

    /// <summary>Forty images of two classes, thirty of them labelled, one of those wrongly.</summary>
    private static async Task<(ImageRecord[] Images, Guid[] Classes)> StartAsync(ModelStudio studio)
    {
        var store = Embeddings.OpenStore(studio);
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await studio.AddImagesAsync(40);
        Embeddings.Fill(store, images, index => index % 2);
        var heads = studio.Get<LiveHeads>();
        await heads.StartAsync(Token);
        await studio.LabelAsync([.. images.Take(30).Select((image, index) => (image.Id, (Guid?)classes[(index == Wrong ? index + 1 : index) % 2]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        return (images, classes);
    }

    private static Task<IReadOnlyList<ScoredImage>> ScoreAsync(ModelStudio studio, ImageFilter filter) =>
        studio.Get<ImageScores>().ScoreAsync(studio.UserId, studio.ProjectId, filter with { Sort = ImageSort.Oldest }, Token);
}
