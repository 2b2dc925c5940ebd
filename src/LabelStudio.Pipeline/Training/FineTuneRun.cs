using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Training;

/// <summary>Trains stages of the backbone together with the head, on the pictures themselves.</summary>
internal static class FineTuneRun
{
    /// <returns>The model; null when the run was stopped before anything was learned.</returns>
    public static async Task<TrainedModel?> ExecuteAsync(RunStart start, IRunFiles files, DatasetManifest dataset, RunContext context)
    {
        var known = dataset.Entries.Where(entry => start.Classes.IndexOf(entry.ClassId) >= 0).ToList();
        ThrowIfNoRoom(start, known, context.Options);
        var images = new RunImages(files, Path.Combine(context.Options.WorkFolder, "images"));
        await images.FetchAsync(known, context.Log, context.Prepare);
        var head = await HeadAsync(start, images, known, context);
        long[] trainImageIds = [.. Of(known, Split.Train).Select(entry => entry.ImageId)];
        var trained = await TrainingThread.RunAsync(() => FineTuneTrainer.Run(
            start.Assignment.Plan,
            start.Descriptor,
            start.Backbone,
            head,
            Labelled(known, Split.Train, start.Classes, images),
            Labelled(known, Split.Validation, start.Classes, images),
            Path.Combine(context.Options.WorkFolder, "features"),
            context.Device,
            context.ObserverOf(trainImageIds),
            context.Clock,
            context.StopTraining,
            context.CheckpointsOfTraining,
            start.OldClassCount,
            DatasetEntry.ExamplesAmong(known, trainImageIds),
            start.Combined));
        context.ThrowIfPaused(trained.Reason);
        RunContext.ThrowIfFailed(start.Assignment.Plan, trained.Reason, trained.LastEpoch, trained.Failure);
        context.Drop.ThrowIfCancellationRequested();
        if (trained is { BestEpoch: 0, Reason: StopReason.UserStopped })
        {
            return null;
        }
        var weightsPath = Path.Combine(context.Options.WorkFolder, "trained.safetensors");
        WeightFile.Write(weightsPath, trained.Backbone.Tensors);
        var key = new EmbeddingKey(start.Descriptor.WeightsHash(trained.Backbone), start.SidePx, ImagePreprocessing.Version);
        // Training images too: as the new backbone sees them they are the sums by which the head can grow without them.
        var seen = known.Where(entry => entry.Split != Split.Train).Concat(ForSums(known, start)).ToList();
        var embeddings = await new RunData(images, context.Log).GatherAsync(
            seen, key, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.Descriptor, weightsPath, start.SidePx), context.Drop);
        var (_, validation) = RunData.Select(seen, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (testImageIds, test) = RunData.Select(seen, Split.Test, start.Classes, embeddings, start.EmbeddingSize);
        var (_, train) = RunData.Select(seen, Split.Train, start.Classes, embeddings, start.EmbeddingSize);
        return new TrainedModel(trained.Head, trained.Backbone, false, trained.Reason, trained.BestEpoch, validation, test, testImageIds)
        {
            ClosedForm = ClosedFormSums.Of([.. train.Targets.Select(target => start.Classes[target])], train.Embeddings, start.EmbeddingSize),
        };
    }

    /// <summary>Before any image is fetched: a run that has no room for its features shall not begin.</summary>
    private static void ThrowIfNoRoom(RunStart start, List<DatasetEntry> known, RunOptions options)
    {
        int Count(Split split) => known.Count(entry => entry.Split == split);
        if (FeatureRoom.Problem(
            start.Assignment.Plan, start.Descriptor, Count(Split.Train), Count(Split.Validation), options.MostFeatureBytes, DiskSpace.FreeBytes(options.WorkFolder), start.Assignment.OriginalBytes) is { } problem)
        {
            throw new RunFailedException(problem);
        }
    }

    /// <summary>Training images of each class, alone and with others, as many of one as of another and not so many that whoever stopped a run waits long.</summary>
    private static IEnumerable<DatasetEntry> ForSums(List<DatasetEntry> known, RunStart start)
    {
        var byClass = known.Where(entry => entry.Split == Split.Train).GroupBy(entry => start.Classes.IndexOf(entry.ClassId)).ToList();
        var classes = start.Combined?.Shown(byClass.Select(group => group.Key)).Count ?? byClass.Count;
        var each = Math.Max(1, ClosedFormSums.EnoughImages / Math.Max(1, classes));
        // A rare combination takes no class's place.
        var shares = start.Combined?.Shares(each, byClass.ToDictionary(group => group.Key, group => group.Count()));
        return byClass.SelectMany(group => group.OrderBy(entry => entry.ImageId).Take(shares?[group.Key] ?? each));
    }

    /// <summary>Only new rows need the training images' embeddings; a first training begins at zero and needs none.</summary>
    private static async Task<LinearHead> HeadAsync(RunStart start, RunImages images, List<DatasetEntry> entries, RunContext context)
    {
        if (!start.HasNewClasses)
        {
            return start.HeadFor(sums: null, context.Log);
        }
        var trainEntries = entries.Where(entry => entry.Split == Split.Train).ToList();
        var embeddings = await new RunData(images, context.Log).GatherAsync(
            trainEntries, start.Key, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.Descriptor, start.WeightsPath, start.SidePx), context.Prepare);
        return start.HeadFor(start.SumsOf(RunData.Select(trainEntries, Split.Train, start.Classes, embeddings, start.EmbeddingSize).Set), context.Log);
    }

    private static List<LabelledImage> Labelled(IEnumerable<DatasetEntry> entries, Split split, ClassIndexMap classes, RunImages images) =>
        [.. Of(entries, split).Select(entry => new LabelledImage(images.PathOf(entry), classes.IndexOf(entry.ClassId)))];

    private static IOrderedEnumerable<DatasetEntry> Of(IEnumerable<DatasetEntry> entries, Split split) =>
        entries.Where(entry => entry.Split == split).OrderBy(entry => entry.ImageId);
}
