using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using static LabelStudio.Pipeline.Tests.Promotion.TrainedStudio;

namespace LabelStudio.Pipeline.Tests.Promotion;

public sealed class ModelRegistryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Complete_WholeModel_BecomesAVersionAndEndsTheRun()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);

        var modelId = await TrainAsync(studio, classes);

        var model = Assert.Single(await studio.Get<ModelRegistry>().ListAsync(studio.UserId, studio.ProjectId, Token));
        Assert.Equal((modelId, 1, 2, 20), (model.Id, model.Number, model.ClassCount, model.TestCount));
        var run = Assert.Single(await studio.Get<TrainingQueue>().ListAsync(studio.UserId, studio.ProjectId, Token));
        Assert.Equal((RunState.Succeeded, modelId), (run.State, run.ModelVersionId));
    }

    [Fact]
    public async Task Complete_DamagedModel_IsRefusedAndLeavesNothing()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var (assignment, folder) = await TrainOnlyAsync(studio, classes);
        await File.AppendAllTextAsync(Path.Combine(folder, "model.onnx"), "x", Token);

        await Assert.ThrowsAsync<InvalidRequestException>(() => studio.Get<ModelImport>().CompleteAsync(assignment, "worker", folder, StopReason.Completed, Token));

        Assert.Empty(await studio.Get<ModelRegistry>().ListAsync(studio.UserId, studio.ProjectId, Token));
        Assert.Empty(Directory.GetDirectories(studio.Paths.Models));
        Assert.Equal(RunState.Preparing, (await studio.Get<TrainingQueue>().GetAsync(studio.UserId, assignment.RunId, Token)).State);
    }

    [Fact]
    public async Task Promote_ThenRollBack_ReturnsToTheModelBefore()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var (registry, first) = (studio.Get<ModelRegistry>(), await TrainAsync(studio, classes));
        await registry.PromoteAsync(studio.UserId, first, null, Token);
        var second = await TrainAsync(studio, classes);

        await registry.PromoteAsync(studio.UserId, second, "A trial", Token);
        Assert.Equal(second, (await registry.ProductionAsync(studio.ProjectId, Token))?.Id);
        Assert.Equal(first, (await registry.RollBackAsync(studio.UserId, studio.ProjectId, mayLeaveNone: true, Token))?.Id);

        Assert.True(await registry.WouldLeaveNoneAsync(studio.UserId, studio.ProjectId, Token));
        await Assert.ThrowsAsync<ConflictException>(() => registry.RollBackAsync(studio.UserId, studio.ProjectId, mayLeaveNone: false, Token));
        Assert.Equal(first, (await registry.ProductionAsync(studio.ProjectId, Token))?.Id);
        Assert.Null(await registry.RollBackAsync(studio.UserId, studio.ProjectId, mayLeaveNone: true, Token));
        var history = await studio.Get<ModelHistory>().ListAsync(studio.UserId, studio.ProjectId, Token);
        Assert.Equal([ModelActKind.RolledBack, ModelActKind.RolledBack, ModelActKind.Promoted, ModelActKind.Promoted], history.Select(entry => entry.Kind));
        Assert.Equal("Model 1", history[2].PreviousModelName);
    }

    [Fact]
    public async Task Promote_WhenAnOldClassGotWorse_IsRefusedUntilAReasonIsGiven()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var (registry, first) = (studio.Get<ModelRegistry>(), await TrainAsync(studio, classes));
        await registry.PromoteAsync(studio.UserId, first, null, Token);
        var worse = await TrainAsync(studio, classes, result => result with { Test = result.Test with { Probabilities = Flipped(result.Test.Probabilities) } });

        var gate = await registry.GateAsync(studio.UserId, worse, Token);
        Assert.False(gate.Allowed);
        Assert.Contains(gate.Reasons, reason => reason.Contains("falls from", StringComparison.Ordinal));
        await Assert.ThrowsAsync<ConflictException>(() => registry.PromoteAsync(studio.UserId, worse, " ", Token));
        Assert.Equal(first, (await registry.ProductionAsync(studio.ProjectId, Token))?.Id);

        await registry.PromoteAsync(studio.UserId, worse, "The labels were wrong before", Token);
        Assert.Equal(worse, (await registry.ProductionAsync(studio.ProjectId, Token))?.Id);
        Assert.Equal("The labels were wrong before", (await studio.Get<ModelHistory>().ListAsync(studio.UserId, studio.ProjectId, Token))[0].Reason);
    }

    [Fact]
    public async Task Cell_OfTheMatrix_GivesExactlyItsImages()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var modelId = await TrainAsync(studio, classes);
        var reports = studio.Get<EvaluationReports>();

        var report = await reports.GetAsync(studio.UserId, modelId, Token);
        var seen = new List<long>();
        for (var row = 0; row < 2; row++)
        {
            for (var column = 0; column < 2; column++)
            {
                var images = await reports.ImagesOfCellAsync(studio.UserId, modelId, report.Classes[row].Id, report.Classes[column].Id, Token);
                Assert.Equal(report.Metrics!.Confusion[row][column], images.Count);
                seen.AddRange(images.Select(image => image.ImageId));
            }
        }

        Assert.Equal(20, seen.Distinct().Count());
    }

    [Fact]
    public async Task Probabilities_OfTheReport_AreThoseOfTheMatrix()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var modelId = await TrainAsync(studio, await AddLabelledAsync(studio));
        var reports = studio.Get<EvaluationReports>();

        var all = (await reports.ProbabilitiesAsync(studio.UserId, modelId, Token))!;

        var metrics = ModelEvaluation.Compute(all.Targets, all.Values, all.Classes);
        Assert.Equal((await reports.GetAsync(studio.UserId, modelId, Token)).Metrics!.Confusion, metrics.Confusion);
    }

    [Fact]
    public async Task Predict_BelowTheKeptThreshold_IsUnknown()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var modelId = await TrainAsync(studio, classes);
        var (thresholds, predictions) = (studio.Get<ModelThresholds>(), studio.Get<PredictionService>());
        var best = (await predictions.PredictWithAsync(studio.UserId, modelId, TestImages.Png(1), 1, Token)).Classes[0];

        await thresholds.KeepAsync(studio.UserId, modelId, new(1, new Dictionary<Guid, double> { [best.ClassId] = best.Probability - 0.001 }), Token);
        Assert.False((await predictions.PredictWithAsync(studio.UserId, modelId, TestImages.Png(1), 1, Token)).IsUnknown);
        await thresholds.KeepAsync(studio.UserId, modelId, new(1, new Dictionary<Guid, double>()), Token);
        var unsure = await predictions.PredictWithAsync(studio.UserId, modelId, TestImages.Png(1), 1, Token);

        Assert.Equal((true, 1), (unsure.IsUnknown, unsure.Threshold));
        Assert.Equal(1, (await thresholds.GetAsync(studio.UserId, modelId, Token)).Thresholds.Overall);
        await Assert.ThrowsAsync<InvalidRequestException>(() => thresholds.KeepAsync(studio.UserId, modelId, new(1.5, new Dictionary<Guid, double>()), Token));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Predict_WhileModelsArePromotedAndUnloaded_NeverFails()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var registry = studio.Get<ModelRegistry>();
        var models = new List<Guid>();
        for (var index = 0; index < 6; index++)
        {
            models.Add(await TrainAsync(studio, classes));
        }
        await registry.PromoteAsync(studio.UserId, models[0], null, Token);
        using var enough = new CancellationTokenSource();
        var answered = new System.Collections.Concurrent.ConcurrentDictionary<Guid, int>();
        var askers = Enumerable.Range(0, 3).Select(number => Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    var answer = await studio.Get<PredictionService>().PredictWithAsync(studio.UserId, (await registry.FindAsync(studio.UserId, studio.ProjectId, null, Token)).Id, TestImages.Png(number), 1, Token);
                    answered.AddOrUpdate(answer.ModelVersionId, 1, (_, count) => count + 1);
                }
            },
            Token)).ToArray();

        // Six models in a list of four: each promotion also closes one.
        foreach (var modelId in models.Skip(1).Concat(models).Concat(models))
        {
            if ((await registry.ProductionAsync(studio.ProjectId, Token))?.Id != modelId)
            {
                await registry.PromoteAsync(studio.UserId, modelId, "Swap", Token);
            }
            await studio.Get<ActiveModels>().WarmUpAsync(modelId, Token);
        }
        await enough.CancelAsync();
        await Task.WhenAll(askers);

        Assert.True(answered.Values.Sum() > 0);
    }

    [Fact]
    public async Task Predict_ClassMergedAndArchivedSince_AnswersWithTodaysClasses()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var classes = await AddLabelledAsync(studio);
        var modelId = await TrainAsync(studio, classes);
        await studio.Get<ModelRegistry>().PromoteAsync(studio.UserId, modelId, null, Token);
        await using (var db = studio.Open())
        {
            var merged = db.Classes.Single(item => item.Id == classes[1]);
            (merged.IsArchived, merged.MergedIntoId) = (true, classes[0]);
            await db.SaveChangesAsync(Token);
        }

        var answer = await studio.Get<PredictionService>().PredictWithAsync(studio.UserId, modelId, TestImages.Png(1), 5, Token);

        var only = Assert.Single(answer.Classes);
        Assert.Equal(classes[0], only.ClassId);
        Assert.Equal(1, only.Probability, 1e-6);
    }
}
