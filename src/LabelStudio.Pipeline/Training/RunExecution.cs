using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Executes one run from its data to a trained model and its answers about the test images. Knows no server and no
/// database: data come through <see cref="IRunFiles"/>, events go to the observer.
/// </summary>
public sealed class RunExecution(IRunFiles files, ComputeDevice device, TimeProvider clock)
{
    /// <returns>What was made; null when the run was stopped before anything was learned.</returns>
    /// <exception cref="OperationCanceledException">The run was dropped or paused.</exception>
    /// <exception cref="RunFailedException">The run cannot be finished; the message tells why.</exception>
    public async Task<RunResult?> ExecuteAsync(
        RunAssignment assignment, RunOptions options, Action<TrainingEvent> observer, RunStop stop, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stop);
        using var drop = CancellationTokenSource.CreateLinkedTokenSource(stop.Drop, cancellationToken);
        using var stopTraining = CancellationTokenSource.CreateLinkedTokenSource(drop.Token, stop.KeepBest);
        using var prepare = CancellationTokenSource.CreateLinkedTokenSource(drop.Token, stop.Pause);
        await using var post = new CheckpointPost(files, Log, clock, drop.Token);
        var context = new RunContext(
            options,
            device,
            clock,
            observer,
            Log,
            new Checkpoints(await LastAsync(Log, drop.Token), post.Put, stop.Pause),
            stopTraining.Token,
            drop.Token,
            prepare.Token);

        var dataset = await files.ReadDatasetAsync(context.Drop);
        var start = new RunStart(assignment, options, await FetchParentAsync(assignment, context), await FetchExtractorAsync(assignment, context));
        var trained = assignment.Plan.Layers == TrainedLayers.HeadOnly ? await HeadRun.ExecuteAsync(start, files, dataset, context)
            : start.WhyBackboneStaysStill(dataset.Entries) is { } why ? await HeadExtensionRun.ExecuteAsync(why, start = start.WithBackboneStill(options), files, dataset, context)
            : await FineTuneRun.ExecuteAsync(start, files, dataset, context);
        context.Drop.ThrowIfCancellationRequested();
        if (trained is { BestEpoch: 0, Reason: StopReason.UserStopped })
        {
            return null;
        }
        if (trained.Reason == StopReason.LossNotFinite)
        {
            throw new RunFailedException(
                trained.Failure ?? "The training loss was not a number any more, so the run was stopped. Launch it again with a lower learning rate.", trained.Reason);
        }
        return ResultOf(start, trained, await ParentAnswersAsync(start, dataset, trained, context));

        void Log(string text) => observer(new LogWritten(text) { AtUtc = clock.GetUtcNow().UtcDateTime });
    }

    private async Task<TrainingCheckpoint?> LastAsync(Action<string> log, CancellationToken cancellationToken)
    {
        try
        {
            return await files.ReadCheckpointAsync(cancellationToken);
        }
        catch (InvalidDataException error)
        {
            log($"The run begins at its start: its last checkpoint cannot be used. {error.Message}");
            return null;
        }
    }

    private static RunResult ResultOf(RunStart start, TrainedModel trained, float[]? parentProbabilities)
    {
        var (head, test) = (trained.Head, trained.Test);
        var temperature = TemperatureOf(head, trained.Validation);
        var probabilities = new float[test.Count * head.Classes.Count];
        head.Logits(test.Embeddings, test.Count, probabilities);
        TemperatureScaling.Softmax(probabilities, head.Classes.Count, test.Count, temperature);
        return new RunResult
        {
            Assignment = start.Assignment,
            Descriptor = start.Descriptor,
            Backbone = trained.Backbone,
            Extractor = start.Extractor,
            BackboneIsPretrained = trained.BackboneIsPretrained,
            SidePx = start.SidePx,
            Head = head,
            Classes = start.Entries,
            ParentClassCount = start.Parent?.Head.Classes.Count ?? 0,
            Temperature = temperature,
            Reason = trained.Reason,
            BestEpoch = trained.BestEpoch,
            Test = new TestAnswers(trained.TestImageIds, test.Targets, probabilities, parentProbabilities),
        };
    }

    private async Task<ParentModel?> FetchParentAsync(RunAssignment assignment, RunContext context)
    {
        if (assignment.ParentModelId is not { } parentId)
        {
            return null;
        }
        var folder = Path.Combine(context.Options.WorkFolder, "parent");
        context.Log("Fetching the model to start from.");
        await files.FetchModelAsync(parentId, folder, context.Drop);
        return ParentModel.Open(folder);
    }

    private async Task<string?> FetchExtractorAsync(RunAssignment assignment, RunContext context)
    {
        if (assignment.ExtractorId is null)
        {
            return null;
        }
        var folder = Path.Combine(context.Options.WorkFolder, "extractor");
        context.Log("Fetching the feature extractor.");
        await files.FetchExtractorAsync(folder, context.Drop);
        return folder;
    }

    /// <summary>The parent answers about the same test images, which it sees through its own backbone at its own size.</summary>
    private async Task<float[]?> ParentAnswersAsync(RunStart start, DatasetManifest dataset, TrainedModel trained, RunContext context)
    {
        if (start.Parent is not { } parent)
        {
            return null;
        }
        var tested = trained.TestImageIds.ToHashSet();
        var entries = dataset.Entries.Where(entry => entry.Split == Split.Test && tested.Contains(entry.ImageId)).ToList();
        var sidePx = parent.Manifest.SidePx;
        var embeddings = await new RunData(files, context.Log).GatherAsync(
            entries, start.Key with { SidePx = sidePx }, start.EmbeddingSize, () => context.Options.OpenEmbedder(start.WeightsPath, sidePx), context.Drop);
        var (imageIds, set) = RunData.Select(entries, Split.Test, start.Classes, embeddings, start.EmbeddingSize);
        return imageIds.AsSpan().SequenceEqual(trained.TestImageIds)
            ? parent.Probabilities(set.Embeddings, set.Count)
            : throw new RunFailedException("The test images changed while the run was going on. Launch it again.");
    }

    /// <summary>Fitted on validation images; without any there is nothing to fit on.</summary>
    private static double TemperatureOf(LinearHead head, EmbeddingSet validation)
    {
        var logits = new float[validation.Count * head.Classes.Count];
        head.Logits(validation.Embeddings, validation.Count, logits);
        return TemperatureScaling.FitCautiously(logits, head.Classes.Count, validation.Targets);
    }
}
