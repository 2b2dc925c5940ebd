using System.IO.Compression;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Promotion;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Training;

/// <summary>A second backbone goes the whole way, although no line of the program names it.</summary>
public sealed class SecondBackboneTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Layers = TrainedLayers.LastStages,
        LastStageCount = 2,
        Epochs = 2,
        BatchSize = 8,
        SidePx = 64,
        Backbone = SecondBackbone.Descriptor.Name,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("second-backbone-").FullName;
    private readonly BackboneRegistry _backbones;

    public SecondBackboneTests() => _backbones = SecondBackbone.RegistryIn(Path.Combine(_folder, "weights"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_OfASecondBackbone_IsTrainedEvaluatedExportedAndServed()
    {
        await using var studio = await ModelStudio.CreateAsync(services => services.AddSingleton(_backbones));
        var classes = await TrainedStudio.AddLabelledAsync(studio);

        var modelId = await TrainAsync(studio, classes, Plan);

        var model = studio.Paths.ModelFolder(modelId);
        var manifest = ModelFolder.Read(model);
        Assert.Equal((SecondBackbone.Descriptor.Name, false), (manifest.Backbone, manifest.BackboneIsPretrained));
        SecondBackbone.Descriptor.Validate(ModelFolder.ReadBackbone(model));
        Assert.Equal(8, (await studio.Get<EvaluationReports>().GetAsync(studio.UserId, modelId, Token)).Metrics!.Count);

        await using (var bundle = await studio.Get<ModelBundles>().PackAsync(studio.UserId, modelId, new Dictionary<string, string>(), Token))
        using (var zip = new ZipArchive(bundle))
        {
            Assert.Contains("timm.create_model(\"small_lite\"", await ReadAsync(zip, "README.md"), StringComparison.Ordinal);
            Assert.StartsWith("May be used by tests", await ReadAsync(zip, "LICENSE-backbone.txt"), StringComparison.Ordinal);
        }

        await studio.Get<ModelRegistry>().PromoteAsync(studio.UserId, modelId, "A test does not ask for quality.", Token);
        var picture = TestImages.Png(3);
        var answer = await studio.Get<PredictionService>().PredictWithAsync(studio.UserId, modelId, picture, 2, Token);
        Assert.Equal(1, answer.Classes.Sum(item => item.Probability), 1e-4);
        Assert.Equal(2, (await studio.Get<Explanations>().ExplainAsync(studio.UserId, modelId, picture, classes[0], Token)).Side);
        using (var embedder = studio.Get<EmbedderFactory>()(new WantedBackbones(studio.Paths, _backbones).Of(modelId, null)))
        {
            Assert.Equal((manifest.WeightsHash, 64, 48), (embedder.Key.BackboneHash, embedder.Key.SidePx, embedder.EmbeddingSize));
        }

        // A run that extends it need not say which backbone it has.
        var childId = await TrainAsync(studio, classes, TrainingPlan.Quick with { Epochs = 2 });
        var child = ModelFolder.Read(studio.Paths.ModelFolder(childId));
        Assert.Equal((SecondBackbone.Descriptor.Name, manifest.WeightsHash, modelId), (child.Backbone, child.WeightsHash, child.ParentModelId));
        Assert.Equal(SecondBackbone.Descriptor.Name, child.Plan.Backbone);
    }

    [Fact]
    public async Task HeadOnPretrainedSecondBackbone_Promoted_HasImagesEmbeddedByThatBackbone()
    {
        await using var studio = await ModelStudio.CreateAsync(services => services.AddSingleton(_backbones));
        var classes = await TrainedStudio.AddLabelledAsync(studio);

        var modelId = await TrainAsync(studio, classes, Plan with { Layers = TrainedLayers.HeadOnly });

        var source = new WantedBackbones(studio.Paths, _backbones).Of(modelId, null);
        Assert.Equal("backbone:small-lite", source.ToString());
        Assert.Equal(source, BackboneSource.Parse(source.ToString()));
        using var embedder = studio.Get<EmbedderFactory>()(source);
        Assert.Equal(ModelFolder.Read(studio.Paths.ModelFolder(modelId)).WeightsHash, embedder.Key.BackboneHash);
    }

    [Fact]
    public async Task UnknownBackbone_IsRefusedByNameAtLaunchInARunAndAtExport()
    {
        await using var studio = await ModelStudio.CreateAsync(services => services.AddSingleton(_backbones));
        var classes = await TrainedStudio.AddLabelledAsync(studio);
        var modelId = await TrainAsync(studio, classes, Plan with { Layers = TrainedLayers.HeadOnly });
        var parent = studio.Paths.ModelFolder(modelId);

        var atLaunch = await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<RunLaunch>().LaunchAsync(
            studio.UserId, studio.ProjectId, new LaunchRequest(Plan with { Backbone = "nobody's" }, null, FromPretrained: true), Token));
        // A trainer, or a program, of a version that lacks the model's backbone.
        var inARun = Assert.Throws<RunFailedException>(() => new RunStart(
            TrainedModels.Assign(classes, modelId), TrainedModels.OptionsIn(_folder), ParentModel.Open(parent), extractor: null));
        var atExport = await Assert.ThrowsAsync<ConflictException>(() => new ModelBundles(studio.Get<ModelRegistry>(), studio.Get<ModelThresholds>(), StudioPaths.ShippedBackbones, studio.Paths)
            .PackAsync(studio.UserId, modelId, new Dictionary<string, string>(), Token));

        Assert.Equal(
            "This program has no backbone 'nobody's'. It knows 'efficientnet-lite0', 'small-lite': choose one of these, or use the version of the program that has it.",
            atLaunch.Message);
        Assert.Contains("no backbone 'small-lite'", inARun.Message, StringComparison.Ordinal);
        Assert.Contains("no backbone 'small-lite'", atExport.Message, StringComparison.Ordinal);
    }

    private async Task<Guid> TrainAsync(ModelStudio studio, Guid[] classes, TrainingPlan plan)
    {
        await studio.Get<RunLaunch>().LaunchAsync(studio.UserId, studio.ProjectId, new LaunchRequest(plan, null, FromPretrained: false), Token);
        var assignment = (await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token))!;
        var parent = assignment.ParentModelId is { } parentId ? studio.Paths.ModelFolder(parentId) : null;
        var options = new RunOptions(
            Directory.CreateDirectory(Path.Combine(_folder, assignment.RunId.ToString("N"))).FullName,
            _backbones,
            (backbone, weights, sidePx) => OnnxEmbedder.Open(backbone, weights, Path.Combine(_folder, "graphs"), sidePx, threads: 1));
        var result = await new RunExecution(new ImagesOnly(new MemoryRunFiles(classes, 12, 4, parent)), TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            assignment, options, _ => { }, new RunStop(CancellationToken.None, CancellationToken.None), Token);
        var folder = Path.Combine(studio.Paths.Uploads, Guid.NewGuid().ToString("N"));
        ModelPackage.Write(folder, result!, new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc));
        await studio.Get<ModelImport>().CompleteAsync(assignment, "worker", folder, StopReason.Completed, Token);
        return assignment.ModelId;
    }

    private static async Task<string> ReadAsync(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(await zip.GetEntry(name)!.OpenAsync(Token));
        return await reader.ReadToEndAsync(Token);
    }
}
