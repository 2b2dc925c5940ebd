using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Serving;

/// <summary>The live head where images may show several classes: a combination is suggested as any class is.</summary>
public sealed class CombinationSuggestionsTests
{
    public CombinationSuggestionsTests() => NativeLibraries.Initialize(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suggest_CombinationWithThreeExamples_IsSuggestedForAnImageLikeThem()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, labels) = await StartAsync(studio);

        var suggestion = await SuggestAsync(studio, images[^1]);

        Assert.Equal(labels[2], suggestion.Scores[0].ClassId);
        Assert.InRange(suggestion.Scores[0].Probability, 0.4, 1);
        Assert.Equal((9, 3), (heads.Status(studio.ProjectId).LabelsLearned, heads.Status(studio.ProjectId).ClassCount));
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Suggest_ClassOfACombinationIsArchived_IsNotSuggestedUntilItIsRestored()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, labels) = await StartAsync(studio, also: "Fork");

        await studio.Get<ClassCatalog>().ArchiveAsync(studio.UserId, studio.ProjectId, labels[1], Token);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.DoesNotContain((await SuggestAsync(studio, images[^1])).Scores, score => score.ClassId == labels[1] || score.ClassId == labels[2]);
        Assert.Equal((6, 2), (heads.Status(studio.ProjectId).LabelsLearned, heads.Status(studio.ProjectId).ClassCount));

        await studio.Get<ClassCatalog>().RestoreAsync(studio.UserId, studio.ProjectId, labels[1], Token);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal(labels[2], (await SuggestAsync(studio, images[^1])).Scores[0].ClassId);
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Suggest_ClassOfACombinationIsLeftOutOfTraining_IsNotSuggested()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, labels) = await StartAsync(studio, also: "Fork");

        await studio.Get<ClassCatalog>().UpdateAsync(
            studio.UserId, studio.ProjectId, labels[0], new ClassUpdate("Cup", "#336699", null, "") { IsLeftOutOfTraining = true }, Token);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.DoesNotContain((await SuggestAsync(studio, images[^1])).Scores, score => score.ClassId == labels[0] || score.ClassId == labels[2]);
        await heads.StopAsync(Token);
    }

    /// <summary>Three images each of a cup, a plate and both are labelled (and of a third class, where asked for); the last image is of both too.</summary>
    private static async Task<(LiveHeads Heads, ImageRecord[] Images, Guid[] Labels)> StartAsync(ModelStudio studio, string? also = null)
    {
        var store = Embeddings.OpenStore(studio);
        List<Guid> labels = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var other = also is null ? (Guid?)null : await studio.AddClassAsync(also);
        labels.Add(await studio.AddCombinationAsync(labels[0], labels[1]));
        if (other is { } id)
        {
            labels.Add(id);
        }
        var images = await studio.AddImagesAsync((3 * labels.Count) + 1);
        Embeddings.Fill(store, images, index => index == images.Length - 1 ? 2 : index % labels.Count, noise: 0.1);
        var heads = studio.Get<LiveHeads>();
        await heads.StartAsync(Token);
        await studio.LabelAsync([.. images[..^1].Select((image, index) => (image.Id, (Guid?)labels[index % labels.Count]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        return (heads, images, [.. labels]);
    }

    private static async Task<Suggestion> SuggestAsync(ModelStudio studio, ImageRecord image) =>
        Assert.Single(await studio.Get<SuggestionService>().SuggestAsync(studio.UserId, studio.ProjectId, [image.Id], Token));
}
