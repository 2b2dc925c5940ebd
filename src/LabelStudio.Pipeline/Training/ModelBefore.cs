using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>Asks the model before about the test images, which it sees through its own backbone at its own size.</summary>
internal sealed class ModelBefore(IRunFiles files, RunContext context)
{
    /// <summary>The parent's answers; of a run that has none those of the model promoted now. Null: there is no such model, or it could not be asked.</summary>
    /// <exception cref="RunFailedException">The parent sees other images than the run did.</exception>
    public async Task<AnswersBefore?> AskAsync(RunStart start, DatasetManifest dataset, TrainedModel trained)
    {
        if (start.Parent is { } parent)
        {
            return await AskAsync(parent, start, start, dataset, trained);
        }
        try
        {
            return await AskPromotedAsync(start, dataset, trained);
        }
        catch (Exception error) when (error is not OperationCanceledException || !context.Drop.IsCancellationRequested)
        {
            // Hours of training are worth more than the comparison.
            context.Log($"The promoted model could not be asked about the test images, so the results come without a comparison with it. {error.Message}");
            return null;
        }
    }

    /// <summary>
    /// Accuracy of the parent on the validation images that the epochs are judged by, by class index; empty: there is no parent,
    /// or its embeddings are not stored. These marks beside the curves are worth neither the run's time nor its end.
    /// </summary>
    public async Task<IReadOnlyList<double?>> OnValidationAsync(RunStart start, DatasetManifest dataset)
    {
        if (start.Parent is not { } parent)
        {
            return [];
        }
        try
        {
            return await OnValidationAsync(parent, start, dataset);
        }
        catch (Exception error) when (error is not OperationCanceledException || !context.Prepare.IsCancellationRequested)
        {
            context.Log($"The model before could not be asked about the validation images, so the curves come without its marks. {error.Message}");
            return [];
        }
    }

    private async Task<IReadOnlyList<double?>> OnValidationAsync(ParentModel parent, RunStart start, DatasetManifest dataset)
    {
        var entries = dataset.Entries.Where(entry => entry.Split == Split.Validation && start.Classes.IndexOf(entry.ClassId) >= 0).ToList();
        var embeddings = new Dictionary<long, float[]>(entries.Count);
        await files.ReadEmbeddingsAsync(
            start.Key with { SidePx = parent.Manifest.SidePx }, start.EmbeddingSize, entries, (entry, numbers) => embeddings[entry.ImageId] = numbers, context.Prepare);
        if (embeddings.Count < entries.Count)
        {
            return [];
        }
        var (_, set) = RunData.Select(entries, Split.Validation, start.Classes, embeddings, start.EmbeddingSize);
        var (known, answers) = (parent.Head.Classes.Count, parent.Probabilities(set.Embeddings, set.Count));
        var confusion = new ConfusionMatrix(start.Classes.Count);
        foreach (var (row, target) in set.Targets.Index())
        {
            confusion.Add(target, ModelEvaluation.Predicted(answers.AsSpan(row * known, known)));
        }
        return [.. confusion.PerClass().Select(item => item.Support == 0 || item.Index >= known ? (double?)null : item.Recall)];
    }

    private async Task<AnswersBefore?> AskPromotedAsync(RunStart start, DatasetManifest dataset, TrainedModel trained)
    {
        var folder = Path.Combine(context.Options.WorkFolder, "promoted");
        if (trained.TestImageIds.Length == 0 || !await files.FetchPromotedAsync(folder, context.Drop))
        {
            return null;
        }
        context.Log("Asking the promoted model about the same test images.");
        var promoted = ParentModel.Open(folder);
        return await AskAsync(promoted, new RunStart(start.Assignment, context.Options, promoted, extractor: null), start, dataset, trained);
    }

    private async Task<AnswersBefore> AskAsync(ParentModel model, RunStart eyes, RunStart start, DatasetManifest dataset, TrainedModel trained)
    {
        var tested = trained.TestImageIds.ToHashSet();
        var entries = dataset.Entries.Where(entry => entry.Split == Split.Test && tested.Contains(entry.ImageId)).ToList();
        var sidePx = model.Manifest.SidePx;
        var embeddings = await new RunData(files, context.Log).GatherAsync(
            entries, eyes.Key with { SidePx = sidePx }, eyes.EmbeddingSize, () => context.Options.OpenEmbedder(eyes.Descriptor, eyes.WeightsPath, sidePx), context.Drop);
        var (imageIds, set) = RunData.Select(entries, Split.Test, start.Classes, embeddings, eyes.EmbeddingSize);
        return imageIds.AsSpan().SequenceEqual(trained.TestImageIds)
            ? new AnswersBefore(model.Manifest.ModelId, model.Head.Classes.ClassIds, model.Probabilities(set.Embeddings, set.Count)) { Members = AnswersBefore.MembersIn(model.Manifest) }
            : throw new RunFailedException("The test images changed while the run was going on. Launch it again.");
    }
}
