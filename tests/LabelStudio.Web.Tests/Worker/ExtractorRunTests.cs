using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Worker;

[Collection(TrainerCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class ExtractorRunTests(TrainingServer server) : IClassFixture<TrainingServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OnAUsersExtractor_MakesAModelThatPredictsAndExports()
    {
        var extractors = server.Services.GetRequiredService<FeatureExtractors>();
        await using var network = LabelStudio.Tests.TestExtractors.Network();
        var id = await extractors.AddAsync(server.UserId, server.ProjectId, LabelStudio.Tests.TestExtractors.Descriptor, network, Token);
        await extractors.ChooseAsync(server.UserId, server.ProjectId, id, Token);

        var runId = await server.LaunchAsync(new TrainingPlan { Epochs = 5, Patience = 0, BatchSize = 16 });
        var run = await server.UntilAsync(runId, view => view.State == RunState.Succeeded);

        Assert.Equal(id, run.ExtractorId);
        var modelId = run.ModelVersionId!.Value;
        await server.Services.GetRequiredService<ModelRegistry>().PromoteAsync(server.UserId, modelId, "test", Token);
        var answer = await server.Services.GetRequiredService<PredictionService>()
            .PredictWithAsync(server.UserId, modelId, LabelStudio.Tests.TestImages.Png(3), 2, Token);
        Assert.Equal(1, answer.Classes.Sum(item => item.Probability), 1e-4);
        await using var bundle = await server.Services.GetRequiredService<ModelBundles>().PackAsync(server.UserId, modelId, new Dictionary<string, string>(), Token);
        using var zip = new System.IO.Compression.ZipArchive(bundle);
        Assert.Contains(zip.Entries, entry => entry.Name == "extractor.onnx");
        Assert.Equal(modelId, (await server.Launch.PreflightAsync(server.UserId, server.ProjectId, null, null, Token)).ParentModelId);

        // Back to the program's backbone: the promoted model sees the same test images through its own extractor.
        await extractors.ChooseAsync(server.UserId, server.ProjectId, null, Token);
        var rebuilt = await server.UntilAsync(
            await server.LaunchAsync(new TrainingPlan { Epochs = 2, Patience = 0, BatchSize = 16, SidePx = TrainingServer.SmallSidePx }, fromPretrained: true),
            view => view.State == RunState.Succeeded);
        var report = await server.Services.GetRequiredService<EvaluationReports>().GetAsync(server.UserId, rebuilt.ModelVersionId!.Value, Token);
        var before = await server.Services.GetRequiredService<EvaluationReports>().GetAsync(server.UserId, modelId, Token);
        Assert.Equal((null, modelId, false), (rebuilt.ParentModelId, report.Comparison?.ParentModelId, report.Comparison?.IsParent));
        Assert.Equal(before.Metrics!.Accuracy, report.Comparison!.ParentMetrics.Accuracy);
    }
}
