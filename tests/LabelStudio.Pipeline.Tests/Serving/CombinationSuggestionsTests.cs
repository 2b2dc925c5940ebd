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

    /// <summary>A class's probability is the sum over its labels: the small ones are told too, where a label may be a combination.</summary>
    [Fact]
    public void Best_SeveralClasses_HasAllLabelsThatAreNotNegligible()
    {
        var ids = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToList();
        float[] twelve = [.. Enumerable.Repeat(0.08f, 12), .. Enumerable.Repeat(0.04f / 48, 48)];
        float[] even = [.. Enumerable.Repeat(1f / 60, 60)];
        float[] sure = [0.99f, .. Enumerable.Repeat(0.01f / 59, 59)];

        Assert.Equal((12, 5), (SuggestionService.Best(twelve, ids, severalClasses: true).Count, SuggestionService.Best(twelve, ids, severalClasses: false).Count));
        Assert.Equal(30, SuggestionService.Best(even, ids, severalClasses: true).Count);
        Assert.Equal(new ClassScore(ids[0], sure[0]), SuggestionService.Best(sure, ids, severalClasses: true)[0]);
        Assert.Equal(5, SuggestionService.Best(sure, ids, severalClasses: true).Count);
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 5)]
    public async Task Suggest_ManyLabelsAreAboutAsLikely_AreAllToldWhereImagesShowSeveralClasses(bool showsSeveral, int expected)
    {
        await using var studio = await ModelStudio.CreateAsync();
        var store = Embeddings.OpenStore(studio);
        var labels = new List<Guid>();
        for (var number = 0; number < 7; number++)
        {
            labels.Add(await studio.AddClassAsync($"Class {number}"));
        }
        labels.Add(showsSeveral ? await studio.AddCombinationAsync(labels[0], labels[1]) : await studio.AddClassAsync("Class 8"));
        var images = await studio.AddImagesAsync(25);
        Embeddings.Fill(store, images, _ => 0, noise: 0.1);
        var heads = studio.Get<LiveHeads>();
        await heads.StartAsync(Token);
        await studio.LabelAsync([.. images[..^1].Select((image, index) => (image.Id, (Guid?)labels[index % labels.Count]))]);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal(expected, (await SuggestAsync(studio, images[^1])).Scores.Count);
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
