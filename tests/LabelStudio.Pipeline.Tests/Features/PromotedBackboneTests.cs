using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Features;

/// <summary>What becomes of embeddings and live head when a model with a backbone of its own is promoted.</summary>
public sealed class PromotedBackboneTests : IDisposable
{
    private const string OldBackbone = "0a";
    private const string NewBackbone = "0b";
    private readonly ManualResetEventSlim _mayRebuild = new(initialState: true);

    public PromotedBackboneTests() => NativeLibraries.Initialize(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promotion_FineTunedBackbone_OldEmbeddingsServeUntilAllNewOnesAreThere()
    {
        await using var studio = await StartAsync();
        var images = await AddLabelledAsync(studio, 40);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        _mayRebuild.Reset();

        await PromoteAsync(studio, WriteModel(studio, isPretrained: false));
        await UntilAsync(studio, () => Progress(studio).RebuildingFor == "Model 1");
        var late = await AddFilesAsync(studio, await studio.AddImagesAsync(1));
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Images);
        Assert.Equal(OldBackbone, Serving(studio));
        Assert.False(Progress(studio).IsComplete);

        _mayRebuild.Set();
        await UntilAsync(studio, () => Serving(studio) == NewBackbone && Progress(studio) is { Total: 41, IsComplete: true });

        Assert.Equal((41, 41, null), (Progress(studio).Done, Progress(studio).Total, Progress(studio).RebuildingFor));
        var store = studio.Get<EmbeddingStores>().ServingOf(studio.ProjectId)!;
        Assert.All(images.Concat(late), image => Assert.True(store.Contains(image.Sha256)));
        await StopAsync(studio);
    }

    /// <summary>Labels are judged by a backbone that has not learned them, also those of images that came after the promotion.</summary>
    [Fact]
    public async Task Promotion_FineTunedBackbone_ImagesThatComeLaterAreReadByThePretrainedOneToo()
    {
        await using var studio = await StartAsync();
        var images = await AddLabelledAsync(studio, 20);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        await PromoteAsync(studio, WriteModel(studio, isPretrained: false));
        await UntilAsync(studio, () => Serving(studio) == NewBackbone);
        EmbeddingStore Impartial() => studio.Get<EmbeddingStores>().ImpartialOf(studio.ProjectId)!;

        var late = await AddFilesAsync(studio, await studio.AddImagesAsync(1));
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Images);
        await UntilAsync(studio, () => late.All(image => Impartial().Contains(image.Sha256)) && Progress(studio) is { Total: 21, IsComplete: true });

        Assert.Equal(OldBackbone, Impartial().Key.BackboneHash);
        Assert.All(images.Concat(late), image => Assert.True(Impartial().Contains(image.Sha256)));
        Assert.Equal((NewBackbone, 21), (Serving(studio), Progress(studio).Done));
        await StopAsync(studio);
    }

    [Fact]
    public async Task ImpartialOf_NothingFineTunedServes_IsWhatServes()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio, 2);
        await RunUntilAsync(studio, () => Progress(studio).IsComplete);
        var stores = studio.Get<EmbeddingStores>();
        var own = stores.Open(new EmbeddingKey("0e", 64, 1), 2);

        stores.Serve(studio.ProjectId, own, hasLearned: false);

        Assert.Same(own, stores.ImpartialOf(studio.ProjectId));
        await StopAsync(studio);
    }

    [Fact]
    public async Task Promotion_LiveHead_IsRebuiltOnTheNewEmbeddingsOnly()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio, 30);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        var heads = studio.Get<LiveHeads>();
        await heads.StartAsync(Token);
        await heads.CatchUpAsync(studio.ProjectId, Token);
        var before = heads.ViewOf(studio.ProjectId);

        await PromoteAsync(studio, WriteModel(studio, isPretrained: false));
        await UntilAsync(studio, () => Serving(studio) == NewBackbone);
        await heads.CatchUpAsync(studio.ProjectId, Token);

        var after = heads.ViewOf(studio.ProjectId);
        Assert.Equal((OldBackbone, NewBackbone), (before.Store!.Key.BackboneHash, after.Store!.Key.BackboneHash));
        Assert.Equal((30, 30), (before.Status.LabelsLearned, after.Status.LabelsLearned));
        Assert.NotSame(before.Solution, after.Solution);
        await heads.StopAsync(Token);
        await StopAsync(studio);
    }

    [Fact]
    public async Task Restart_InTheMiddleOfARebuild_GoesOnWithTheOldAndThenTakesOver()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio, 40);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        // A first promotion that is through: after the restart the pretrained backbone must not come back.
        await PromoteAsync(studio, WriteModel(studio, isPretrained: false));
        await UntilAsync(studio, () => Serving(studio) == NewBackbone);
        _mayRebuild.Reset();
        await PromoteAsync(studio, WriteModel(studio, isPretrained: false, name: "Model 2"), "Model 2");
        await UntilAsync(studio, () => Progress(studio).RebuildingFor == "Model 2");
        _mayRebuild.Set();
        await StopAsync(studio);
        _mayRebuild.Reset();

        await studio.RestartAsync();
        await studio.Get<FeatureWorker>().StartAsync(Token);
        await UntilAsync(studio, () => Progress(studio).Total > 0);
        Assert.Equal((NewBackbone, "Model 2"), (Serving(studio), Progress(studio).RebuildingFor));
        _mayRebuild.Set();
        await UntilAsync(studio, () => Serving(studio) == "0c");
        await StopAsync(studio);
    }

    [Fact]
    public async Task RollBack_ToTheBackboneBefore_ComputesNothingAgain()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio, 20);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        await PromoteAsync(studio, WriteModel(studio, isPretrained: false));
        await UntilAsync(studio, () => Serving(studio) == NewBackbone);
        _mayRebuild.Reset();

        await PromoteAsync(studio, null);

        await UntilAsync(studio, () => Serving(studio) == OldBackbone);
        Assert.True(Progress(studio).IsComplete);
        _mayRebuild.Set();
        await StopAsync(studio);
    }

    [Fact]
    public async Task Promotion_HeadOnThePretrainedBackbone_ChangesNothing()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio, 20);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        _mayRebuild.Reset();

        await PromoteAsync(studio, WriteModel(studio, isPretrained: true));
        await studio.AddImagesAsync(1);
        await UntilAsync(studio, () => Progress(studio).Total == 21);

        Assert.Equal((OldBackbone, null), (Serving(studio), Progress(studio).RebuildingFor));
        _mayRebuild.Set();
        await StopAsync(studio);
    }

    [Fact]
    public async Task Promotion_DamagedModelFolder_SaysSoAndGoesOnWithTheOld()
    {
        await using var studio = await StartAsync();
        await AddLabelledAsync(studio, 20);
        await RunUntilAsync(studio, () => Serving(studio) == OldBackbone && Progress(studio).IsComplete);
        var modelId = WriteModel(studio, isPretrained: false);
        File.Delete(Path.Combine(studio.Paths.ModelFolder(modelId), ModelFolder.OnnxFile));

        await PromoteAsync(studio, modelId);
        await UntilAsync(studio, () => Progress(studio).Problem is not null);

        Assert.Contains("cannot be used", Progress(studio).Problem, StringComparison.Ordinal);
        Assert.Equal((OldBackbone, true), (Serving(studio), Progress(studio).IsComplete));
        await StopAsync(studio);
    }

    public void Dispose() => _mayRebuild.Dispose();

    private static string? Serving(ModelStudio studio) => studio.Get<EmbeddingStores>().ServingOf(studio.ProjectId)?.Key.BackboneHash;

    private static FeatureProgress Progress(ModelStudio studio) => studio.Get<FeatureWorker>().Progress(studio.ProjectId);

    private static Task StopAsync(ModelStudio studio) => studio.Get<FeatureWorker>().StopAsync(Token);

    private static async Task RunUntilAsync(ModelStudio studio, Func<bool> isReached)
    {
        await studio.Get<FeatureWorker>().StartAsync(Token);
        await UntilAsync(studio, isReached);
    }

    private static async Task UntilAsync(ModelStudio studio, Func<bool> isReached)
    {
        var reached = new TaskCompletionSource();
        using var subscription = studio.Get<ChangeSignals>().Subscribe(studio.ProjectId, ChangeTopic.Embeddings, Check, TimeSpan.Zero);
        await Check();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        Task Check()
        {
            if (isReached())
            {
                reached.TrySetResult();
            }
            return Task.CompletedTask;
        }
    }

    private static async Task<ImageRecord[]> AddLabelledAsync(ModelStudio studio, int count)
    {
        Guid[] classes = [await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate")];
        var images = await AddFilesAsync(studio, await studio.AddImagesAsync(count));
        await studio.LabelAsync([.. images.Select((image, index) => (image.Id, (Guid?)classes[index % 2]))]);
        return images;
    }

    private static async Task<ImageRecord[]> AddFilesAsync(ModelStudio studio, ImageRecord[] images)
    {
        foreach (var (image, index) in images.Select((image, index) => (image, index)))
        {
            var path = studio.Get<BlobStore>().PathOf(image.Sha256, image.Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, TestImages.Png(index), Token);
        }
        return images;
    }

    /// <summary>What a promotion leaves behind in the database, and its signal.</summary>
    private static async Task PromoteAsync(ModelStudio studio, Guid? modelId, string name = "Model 1")
    {
        await using var db = studio.Open();
        var project = await db.Projects.SingleAsync(item => item.Id == studio.ProjectId, Token);
        (project.ProductionModelId, project.ProductionModel) = (modelId, modelId is null ? null : name);
        await db.SaveChangesAsync(Token);
        studio.Get<ChangeSignals>().Publish(studio.ProjectId, ChangeTopic.Models);
    }

    /// <summary>A model folder; its weights are never looked into, since a drawn embedder stands in for the network.</summary>
    private static Guid WriteModel(ModelStudio studio, bool isPretrained, string name = "Model 1")
    {
        var modelId = Guid.CreateVersion7();
        var classes = ClassIndexMap.Of([Guid.CreateVersion7()]);
        var manifest = new ModelManifest
        {
            ModelId = modelId,
            DatasetSnapshotId = Guid.CreateVersion7(),
            RunId = modelId,
            CreatedUtc = DateTime.UnixEpoch,
            Backbone = isPretrained ? BackboneDescriptor.EfficientNetLite0.Name : name,
            Classes = [new ClassEntry(classes[0], "Cup", 0)],
            SidePx = 64,
            PreprocessingVersion = 1,
            Plan = new TrainingPlan(),
            WeightsHash = "00",
            BackboneIsPretrained = isPretrained,
        };
        ModelFolder.Write(
            studio.Paths.ModelFolder(modelId),
            manifest,
            new Dictionary<string, WeightTensor>(),
            LinearHead.Zero(classes, 2),
            path => File.WriteAllText(path, "a graph"));
        return modelId;
    }

    private Task<ModelStudio> StartAsync() => ModelStudio.CreateAsync(services => services.AddSingleton<EmbedderFactory>(provider => source => Open(provider, source)));

    /// <summary>The pretrained backbone, or that of a model; a model's waits until the test lets it go on.</summary>
    private FakeEmbedder Open(IServiceProvider provider, BackboneSource source)
    {
        if (source.ModelId is not { } modelId)
        {
            return new FakeEmbedder(OldBackbone);
        }
        var manifest = ModelFolder.Read(provider.GetRequiredService<StudioPaths>().ModelFolder(modelId));
        return new FakeEmbedder(manifest.Backbone == "Model 1" ? NewBackbone : "0c", () => _mayRebuild.Wait(Token));
    }
}
