using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>Trains the head on embeddings; the backbone stays as it is.</summary>
internal static class HeadRun
{
    public static async Task<TrainedModel> ExecuteAsync(RunStart start, IRunFiles files, DatasetManifest dataset, RunContext context)
    {
        var embeddings = await new RunData(files, context.Log).GatherAsync(
            dataset.Entries, start.Key, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.Descriptor, start.WeightsPath, start.SidePx), context.Prepare);
        var (trainImageIds, train) = RunData.Select(dataset.Entries, Split.Train, start.Classes, embeddings, start.EmbeddingSize);
        var (_, validation) = RunData.Select(dataset.Entries, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (testImageIds, test) = RunData.Select(dataset.Entries, Split.Test, start.Classes, embeddings, start.EmbeddingSize);
        var sums = await TrainingThread.RunAsync(() => start.SumsOf(train));
        var shown = await TrainingThread.RunAsync(() => sums.WithDrawn(train, start.Classes, dataset.Classes.Select(item => item.Id).ToHashSet(), start.Assignment.Plan.Seed, start.Combined));
        if (shown.Count > train.Count)
        {
            context.Log($"Of some classes few or no images are shown to this run (left out, or few are left): {shown.Count - train.Count} embeddings drawn from what the model keeps of them are shown in their place.");
        }
        var trained = await TrainingThread.RunAsync(() => HeadTrainer.Run(
            start.Assignment.Plan,
            start.HeadFor(sums, context.Log),
            shown,
            validation,
            context.Device,
            context.ObserverOf(trainImageIds),
            context.Clock,
            context.StopTraining,
            context.CheckpointsOfTraining,
            start.OldClassCount,
            DatasetEntry.ExamplesAmong(dataset.Entries, trainImageIds),
            start.Combined));
        context.ThrowIfPaused(trained.Reason);
        RunContext.ThrowIfFailed(start.Assignment.Plan, trained.Reason, trained.LastEpoch, trained.Failure);
        return new TrainedModel(
            trained.Best, start.Backbone, start.BackboneIsPretrained, trained.Reason, trained.BestEpoch, validation, test, testImageIds)
        {
            ClosedForm = sums.Whole,
        };
    }
}
