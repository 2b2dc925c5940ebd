using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Serving;

public sealed class PromotedHeadsTests
{
    public PromotedHeadsTests() => NativeLibraries.Initialize(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suggestions_OfThePromotedModel_NameItAndFollowTheNextPromotion()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, classes) = await StartAsync(studio);
        long[] unlabelled = [.. images.Skip(30).Select(image => image.Id)];
        Assert.Equal("live head", (await SuggestAsync(studio, unlabelled[0])).Source);

        // Nothing is heard of it before the project wishes that.
        await PromoteAsync(studio, WriteModel(studio, classes, favours: 1), "Model 1");
        await heads.CatchUpAsync(studio.ProjectId, Token);
        Assert.Equal("live head", (await SuggestAsync(studio, unlabelled[0])).Source);
        await ChooseAsync(studio, SuggestionSource.PromotedModel);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        var first = await SuggestAsync(studio, unlabelled[0]);
        Assert.Equal(("Model 1", classes[1]), (first.Source, first.Scores[0].ClassId));
        Assert.Equal(["Model 1", "live head"], await AdvisersAsync());
        // The grid sorts, filters and groups by the same word.
        var inGrid = (await studio.Get<ImageScores>().ScoreAsync(studio.UserId, studio.ProjectId, new ImageFilter { State = ImageState.Unlabelled }, Token)).Single(image => image.ImageId == unlabelled[0]);
        Assert.Equal((first.Scores[0].ClassId, first.Scores[0].Probability), (inGrid.First.ClassId, inGrid.First.Probability));
        Assert.Equal(unlabelled.Length, await studio.Get<SuggestionService>().CountAsync(studio.UserId, studio.ProjectId, areAllRead: false, Token));
        var order = studio.Get<LabellingPriorities>().Current(studio.ProjectId)!;
        Assert.Equal(unlabelled.Order(), order.Order());
        Assert.Equal(LeastFavoured(1), order[0]);
        Assert.Equal(("Model 1", null), (Status(studio)!.ModelName, Status(studio)!.Problem));

        await PromoteAsync(studio, WriteModel(studio, classes, favours: 0), "Model 2");
        await heads.CatchUpAsync(studio.ProjectId, Token);

        var second = await SuggestAsync(studio, unlabelled[0]);
        Assert.Equal(("Model 2", classes[0]), (second.Source, second.Scores[0].ClassId));
        // What Model 1 suggested is out of date.
        Assert.Equal(["Model 2", "live head"], await AdvisersAsync());
        Assert.Equal(LeastFavoured(0), studio.Get<LabellingPriorities>().Current(studio.ProjectId)![0]);
        Assert.NotEqual(LeastFavoured(0), LeastFavoured(1));
        await heads.StopAsync(Token);

        Task<IReadOnlyList<string>> AdvisersAsync() => studio.Get<SuggestionService>().AdvisersAsync(studio.UserId, studio.ProjectId, Token);

        // The model is the less certain of a class, the smaller the number is that it looks at.
        long LeastFavoured(int favours) => images.Skip(30).MinBy(image =>
        {
            _ = studio.Get<EmbeddingStores>().Pretrained!.TryGet(image.Sha256, out var embedding);
            return embedding.Span[LooksAt(favours)];
        })!.Id;
    }

    [Fact]
    public async Task Suggestions_ImageOfAClassThatTheModelNeverSaw_AreTheLiveHeads()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, classes) = await StartAsync(studio, kinds: 3);
        await PromoteAsync(studio, WriteModel(studio, classes[..2], favours: 1), "Model 1");
        await ChooseAsync(studio, SuggestionSource.PromotedModel);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        var known = await SuggestAsync(studio, images[31].Id);
        var unknown = await SuggestAsync(studio, images[32].Id);

        Assert.Equal("Model 1", known.Source);
        Assert.Equal(("live head", classes[2]), (unknown.Source, unknown.Scores[0].ClassId));
        Assert.Equal(classes[..2], Status(studio)!.ClassIds);
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Suggestions_ClassLeftOutOfTraining_IsNotSuggested()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, classes) = await StartAsync(studio, kinds: 3);
        await using (var db = studio.Open())
        {
            await db.Classes.Where(item => item.Id == classes[1]).ExecuteUpdateAsync(item => item.SetProperty(row => row.IsLeftOutOfTraining, true), Token);
        }
        await PromoteAsync(studio, WriteModel(studio, classes, favours: 1), "Model 1");
        await ChooseAsync(studio, SuggestionSource.PromotedModel);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal([classes[0], classes[2]], Status(studio)!.ClassIds);
        var suggestion = await SuggestAsync(studio, images[31].Id);
        Assert.Equal("Model 1", suggestion.Source);
        Assert.DoesNotContain(classes[1], suggestion.Scores.Select(item => item.ClassId));
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Suggestions_ImagesThatTheModelHasNotReadYet_AreTheLiveHeadsUntilItHas()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, classes) = await StartAsync(studio);
        var own = studio.Get<EmbeddingStores>().Open(new("0a0b", 64, 1), Embeddings.Size);
        Embeddings.Fill(own, images[..31], index => index % 2);
        await PromoteAsync(studio, WriteModel(studio, classes, favours: 1, backbone: "0a0b"), "Model 1");
        await ChooseAsync(studio, SuggestionSource.PromotedModel);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Equal("Model 1", (await SuggestAsync(studio, images[30].Id)).Source);
        Assert.Equal("live head", (await SuggestAsync(studio, images[31].Id)).Source);
        Embeddings.Fill(own, images, index => index % 2);
        Assert.Equal("Model 1", (await SuggestAsync(studio, images[31].Id)).Source);
        await heads.StopAsync(Token);
    }

    [Fact]
    public async Task Suggestions_ModelThatCannotBeAsked_SayWhyAndAreTheLiveHeads()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (heads, images, classes) = await StartAsync(studio);
        await ChooseAsync(studio, SuggestionSource.PromotedModel);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        Assert.Contains("No model is promoted yet", Status(studio)!.Problem, StringComparison.Ordinal);

        await PromoteAsync(studio, WriteModel(studio, classes, favours: 1, backbone: "fe11"), "Model 1");
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Contains("another way", Status(studio)!.Problem, StringComparison.Ordinal);
        Assert.Equal("live head", (await SuggestAsync(studio, images[30].Id)).Source);

        var damaged = WriteModel(studio, classes, favours: 1);
        var weights = Path.Combine(studio.Paths.ModelFolder(damaged), ModelFolder.WeightsFile);
        File.Move(weights, weights + ".away");
        await PromoteAsync(studio, damaged, "Model 2");
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Contains("cannot be used", Status(studio)!.Problem, StringComparison.Ordinal);
        Assert.Equal("live head", (await SuggestAsync(studio, images[30].Id)).Source);

        File.Move(weights + ".away", weights);
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Models);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        Assert.Null(Status(studio)!.Problem);
        await heads.StopAsync(Token);
    }

    /// <summary>Images of alternating kinds, of which the first thirty are labelled and learned.</summary>
    private static async Task<(LiveHeads Heads, ImageRecord[] Images, Guid[] Classes)> StartAsync(ModelStudio studio, int kinds = 2)
    {
        var store = Embeddings.OpenStore(studio);
        var classes = new List<Guid>();
        foreach (var name in new[] { "Cup", "Plate", "Bowl" }.Take(kinds))
        {
            classes.Add(await studio.AddClassAsync(name));
        }

        var images = await studio.AddImagesAsync(42);
        Embeddings.Fill(store, images, index => index % kinds);
        await studio.LabelAsync([.. images.Take(30).Select((image, index) => (image.Id, (Guid?)classes[index % kinds]))]);
        var heads = studio.Get<LiveHeads>();
        await heads.StartAsync(Token);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        return (heads, images, [.. classes]);
    }

    private static PromotedHeadStatus? Status(ModelStudio studio) => studio.Get<PromotedHeads>().StatusOf(studio.ProjectId);

    private static async Task<Suggestion> SuggestAsync(ModelStudio studio, long imageId) =>
        Assert.Single(await studio.Get<SuggestionService>().SuggestAsync(studio.UserId, studio.ProjectId, [imageId], Token));

    private static async Task ChooseAsync(ModelStudio studio, SuggestionSource source)
    {
        await using var db = studio.Open();
        await db.Projects.ExecuteUpdateAsync(row => row.SetProperty(project => project.SuggestionSource, source), Token);
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Project);
    }

    private static async Task PromoteAsync(ModelStudio studio, Guid modelId, string name)
    {
        await using var db = studio.Open();
        await db.Projects.ExecuteUpdateAsync(
            row => row.SetProperty(project => project.ProductionModelId, modelId).SetProperty(project => project.ProductionModel, name), Token);
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Models);
    }

    /// <summary>The number of the embedding that such a model looks at.</summary>
    private static int LooksAt(int favours) => (7 * favours) + 1;

    /// <summary>A model that finds one class likely whatever it sees, and differs a little from image to image.</summary>
    private static Guid WriteModel(ModelStudio studio, Guid[] classes, int favours, string backbone = "5123d")
    {
        var modelId = Guid.CreateVersion7();
        var map = ClassIndexMap.Of(classes);
        var weight = new float[classes.Length * Embeddings.Size];
        weight[(favours * Embeddings.Size) + LooksAt(favours)] = 1;
        var manifest = new ModelManifest
        {
            ModelId = modelId,
            DatasetSnapshotId = Guid.CreateVersion7(),
            RunId = modelId,
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = "drawn",
            Classes = [.. classes.Select((classId, index) => new ClassEntry(classId, $"Class {index}", index))],
            SidePx = 64,
            PreprocessingVersion = 1,
            Plan = new TrainingPlan(),
            WeightsHash = backbone,
            BackboneIsPretrained = true,
        };
        ModelFolder.Write(
            studio.Paths.ModelFolder(modelId),
            manifest,
            new Dictionary<string, WeightTensor>(),
            new LinearHead(map, Embeddings.Size, weight, [.. classes.Select((_, index) => index == favours ? 5f : 0f)]),
            path => File.WriteAllText(path, "a graph"));
        return modelId;
    }
}
