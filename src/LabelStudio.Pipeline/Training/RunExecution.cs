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
    /// <summary>No timer can be set to more; no preparation takes as long.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <returns>What was made; null when the run was stopped before anything was learned.</returns>
    /// <exception cref="OperationCanceledException">The run was dropped or paused.</exception>
    /// <exception cref="RunFailedException">The run cannot be finished; the message tells why.</exception>
    public async Task<RunResult?> ExecuteAsync(
        RunAssignment assignment, RunOptions options, Action<TrainingEvent> observer, RunStop stop, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stop);
        var environment = RunEnvironment.Of(device);
        IReadOnlyList<double?> accuracyBefore = [];
        var began = clock.GetTimestamp();
        using var drop = CancellationTokenSource.CreateLinkedTokenSource(stop.Drop, cancellationToken);
        using var stopTraining = CancellationTokenSource.CreateLinkedTokenSource(drop.Token, stop.KeepBest);
        await using var post = new CheckpointPost(files, Log, clock, drop.Token);
        var last = await LastAsync(Log, drop.Token);
        using var timeIsUp = WhenTimeIsUp(assignment.Plan, last);
        using var prepare = CancellationTokenSource.CreateLinkedTokenSource(drop.Token, stop.Pause, timeIsUp.Token);
        var isTraining = false;
        var context = new RunContext(
            options,
            device,
            clock,
            Observe,
            Log,
            new Checkpoints(last, post.Put, stop.Pause),
            began,
            stopTraining.Token,
            drop.Token,
            prepare.Token);
        try
        {
            var result = await ExecuteAsync(assignment, options, context, known => accuracyBefore = known);
            return result is null ? null : result with { Environment = environment };
        }
        catch (OperationCanceledException) when (timeIsUp.IsCancellationRequested && !isTraining && !drop.IsCancellationRequested && !stop.Pause.IsCancellationRequested)
        {
            throw RunContext.OutOfTime(assignment.Plan);
        }

        void Observe(TrainingEvent happened)
        {
            isTraining |= happened is RunStarted;
            observer(happened is RunStarted started ? started with { Environment = environment, AccuracyBefore = accuracyBefore } : happened);
        }

        void Log(string text) => observer(new LogWritten(text) { AtUtc = clock.GetUtcNow().UtcDateTime });
    }

    private async Task<RunResult?> ExecuteAsync(
        RunAssignment assignment, RunOptions options, RunContext context, Action<IReadOnlyList<double?>> accuracyBefore)
    {
        var dataset = Chosen(await files.ReadDatasetAsync(context.Drop), assignment);
        var start = new RunStart(assignment, options, await FetchParentAsync(assignment, context), await FetchExtractorAsync(assignment, context));
        accuracyBefore(await new ModelBefore(files, context).OnValidationAsync(start, dataset));
        var trained = start.WhyBackboneStaysStill(dataset) is { } why ? await HeadExtensionRun.ExecuteAsync(why, start = start.WithBackboneStill(options), files, dataset, context)
            : assignment.Plan.Layers == TrainedLayers.HeadOnly ? await HeadRun.ExecuteAsync(start, files, dataset, context)
            : await FineTuneRun.ExecuteAsync(start, files, dataset, context);
        context.Drop.ThrowIfCancellationRequested();
        if (trained is null or { BestEpoch: 0, Reason: StopReason.UserStopped })
        {
            return null;
        }
        return ResultOf(start, trained, await new ModelBefore(files, context).AskAsync(start, dataset, trained));
    }

    /// <summary>Training looks at the time itself; this ends what comes before it, unless an earlier part of the run has left something to keep.</summary>
    private CancellationTokenSource WhenTimeIsUp(TrainingPlan plan, TrainingCheckpoint? last) =>
        last is null && plan.TimeLimit is { } limit && limit < LongestTimer ? new(limit, clock) : new();

    /// <summary>
    /// Nothing is learnt from images of a class that was left out: embeddings drawn from what the parent keeps of it hold the
    /// row that the parent has. Its test images stay: they show what that row lost.
    /// </summary>
    private static DatasetManifest Chosen(DatasetManifest dataset, RunAssignment assignment)
    {
        var leftOut = assignment.LeftOut.Select(item => item.Id).ToHashSet();
        return leftOut.Count == 0 ? dataset
            : dataset with { Entries = [.. dataset.Entries.Where(entry => entry.Split == Split.Test || !leftOut.Contains(entry.ClassId))] };
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

    private static RunResult ResultOf(RunStart start, TrainedModel trained, AnswersBefore? before)
    {
        var (head, test, validation) = (trained.Head, trained.Test, trained.Validation);
        var temperature = trained.Temperature ?? TemperatureOf(head, validation);
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
            Temperature = temperature,
            Reason = trained.Reason,
            BestEpoch = trained.BestEpoch,
            Test = new TestAnswers(trained.TestImageIds, test.Targets, Probabilities(test), before),
            Validation = validation.Count == 0 ? null : new ValidationAnswers(validation.Targets, Probabilities(validation)),
            ClosedForm = trained.ClosedForm,
            InsteadOfPlan = trained.InsteadOfPlan,
        };

        float[] Probabilities(EmbeddingSet images)
        {
            var probabilities = new float[images.Count * head.Classes.Count];
            head.Logits(images.Embeddings, images.Count, probabilities);
            TemperatureScaling.Softmax(probabilities, head.Classes.Count, images.Count, temperature);
            return probabilities;
        }
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

    /// <summary>Fitted on validation images; without any there is nothing to fit on.</summary>
    private static double TemperatureOf(LinearHead head, EmbeddingSet validation)
    {
        var logits = new float[validation.Count * head.Classes.Count];
        head.Logits(validation.Embeddings, validation.Count, logits);
        return TemperatureScaling.FitCautiously(logits, head.Classes.Count, validation.Targets);
    }
}
