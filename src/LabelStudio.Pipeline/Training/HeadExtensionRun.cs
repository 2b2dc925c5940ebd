using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Adds classes without a training, as few images of the old ones are at hand: the backbone and the old rows stay as they
/// are, bit for bit, and new rows come from the closed form.
/// </summary>
internal static class HeadExtensionRun
{
    public static async Task<TrainedModel> ExecuteAsync(string why, RunStart start, IRunFiles files, DatasetManifest dataset, RunContext context)
    {
        context.Log(why);
        var embeddings = await new RunData(files, context.Log).GatherAsync(
            dataset.Entries, start.Key, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.Descriptor, start.WeightsPath, start.SidePx), context.Prepare);
        var (_, train) = RunData.Select(dataset.Entries, Split.Train, start.Classes, embeddings, start.EmbeddingSize);
        var (_, validation) = RunData.Select(dataset.Entries, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (testImageIds, test) = RunData.Select(dataset.Entries, Split.Test, start.Classes, embeddings, start.EmbeddingSize);
        var sums = await TrainingThread.RunAsync(() => start.SumsOf(train));
        var known = sums.Whole.CountsByClass;
        if (!start.KnowsAnOldClass(known.Keys))
        {
            throw new RunFailedException(
                $"No image of the {start.KeptClassCount} classes that the model knows is left, and the model was made before such images' sums were kept with it, so nothing tells the old classes from the new ones. Label some images of them, 20 of each or more, and launch the run again.");
        }
        Send(new RunStarted(0, train.Count, validation.Count, context.Device.Name, start.Classes.ClassIds) { InsteadOfPlan = why });
        var head = await TrainingThread.RunAsync(() => start.HeadFor(sums, context.Log));
        Send(new RunEnded(StopReason.Completed, 0));
        return new TrainedModel(head, start.Backbone, start.BackboneIsPretrained, StopReason.Completed, 0, validation, test, testImageIds)
        {
            ClosedForm = sums.Whole,
            // Images of new classes alone would call for answers that are sure of these.
            Temperature = validation.Targets.Any(target => target < start.OldClassCount) ? null : start.Parent!.Manifest.Temperature,
            InsteadOfPlan = why,
        };

        void Send(TrainingEvent happened) => context.Observer(happened with { AtUtc = context.Clock.GetUtcNow().UtcDateTime });
    }
}
