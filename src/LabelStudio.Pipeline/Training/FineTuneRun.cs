using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>Trains stages of the backbone together with the head, on the pictures themselves.</summary>
internal static class FineTuneRun
{
    public static async Task<TrainedModel> ExecuteAsync(RunStart start, IRunFiles files, DatasetManifest dataset, RunContext context)
    {
        var known = dataset.Entries.Where(entry => start.Classes.IndexOf(entry.ClassId) >= 0).ToList();
        var images = new RunImages(files, Path.Combine(context.Options.WorkFolder, "images"));
        await images.FetchAsync(known, context.Log, context.Prepare);
        var head = await HeadAsync(start, images, known, context);
        var trained = await TrainingThread.RunAsync(() => FineTuneTrainer.Run(
            start.Assignment.Plan,
            start.Descriptor,
            start.Backbone,
            head,
            Labelled(known, Split.Train, start.Classes, images),
            Labelled(known, Split.Validation, start.Classes, images),
            Path.Combine(context.Options.WorkFolder, "features"),
            context.Device,
            context.Observer,
            context.Clock,
            context.StopTraining,
            context.Checkpoints,
            start.OldClassCount));
        context.ThrowIfPaused(trained.Reason);
        context.Drop.ThrowIfCancellationRequested();
        var weightsPath = Path.Combine(context.Options.WorkFolder, "trained.safetensors");
        WeightFile.Write(weightsPath, trained.Backbone.Tensors);
        var key = new EmbeddingKey(start.Descriptor.WeightsHash(trained.Backbone), start.SidePx, ImagePreprocessing.Version);
        var heldOut = known.Where(entry => entry.Split != Split.Train).ToList();
        var embeddings = await new RunData(images, context.Log).GatherAsync(
            heldOut, key, start.EmbeddingSize, () => context.Options.OpenEmbedder(weightsPath, start.SidePx), context.Drop);
        var (_, validation) = RunData.Select(heldOut, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (testImageIds, test) = RunData.Select(heldOut, Split.Test, start.Classes, embeddings, start.EmbeddingSize);
        return new TrainedModel(trained.Head, trained.Backbone, false, trained.Reason, trained.BestEpoch, validation, test, testImageIds, trained.Failure);
    }

    /// <summary>Only new rows need the training images' embeddings; a first training begins at zero and needs none.</summary>
    private static async Task<LinearHead> HeadAsync(RunStart start, RunImages images, List<DatasetEntry> entries, RunContext context)
    {
        if (!start.HasNewClasses)
        {
            return start.HeadFor(EmbeddingSet.Empty(start.EmbeddingSize), context.Log);
        }
        var trainEntries = entries.Where(entry => entry.Split == Split.Train).ToList();
        var embeddings = await new RunData(images, context.Log).GatherAsync(
            trainEntries, start.Key, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.WeightsPath, start.SidePx), context.Prepare);
        return start.HeadFor(RunData.Select(trainEntries, Split.Train, start.Classes, embeddings, start.EmbeddingSize).Set, context.Log);
    }

    private static List<LabelledImage> Labelled(IEnumerable<DatasetEntry> entries, Split split, ClassIndexMap classes, RunImages images) =>
        [.. entries.Where(entry => entry.Split == split).OrderBy(entry => entry.ImageId)
            .Select(entry => new LabelledImage(images.PathOf(entry), classes.IndexOf(entry.ClassId)))];
}
