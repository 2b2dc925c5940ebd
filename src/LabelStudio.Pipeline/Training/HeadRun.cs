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
            dataset.Entries, start.Key, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.WeightsPath, start.SidePx), context.Prepare);
        var (_, train) = RunData.Select(dataset.Entries, Split.Train, start.Classes, embeddings, start.EmbeddingSize);
        var (_, validation) = RunData.Select(dataset.Entries, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (testImageIds, test) = RunData.Select(dataset.Entries, Split.Test, start.Classes, embeddings, start.EmbeddingSize);
        var trained = await TrainingThread.RunAsync(() => HeadTrainer.Run(
            start.Assignment.Plan,
            start.HeadFor(train, context.Log),
            train,
            validation,
            context.Device,
            context.Observer,
            context.Clock,
            context.StopTraining,
            context.Checkpoints,
            start.OldClassCount));
        context.ThrowIfPaused(trained.Reason);
        return new TrainedModel(
            trained.Best, start.Backbone, start.BackboneIsPretrained, trained.Reason, trained.BestEpoch, validation, test, testImageIds, trained.Failure);
    }
}
