using System.Globalization;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Trains the last stages of the backbone together with the head by gradients. What does not train runs once for every
/// picture and is kept on disk. Batch norm is frozen; the backbone has a lower learning rate than the head; classes are
/// drawn in balance; the best epoch by macro-F1 on validation (see <see cref="EpochChoice"/>) is kept.
/// </summary>
/// <remarks>
/// Source: Kumar and others 2022, "Fine-tuning can distort pretrained features and underperform out-of-distribution" (solve
/// the head first); Loshchilov and Hutter 2019 (AdamW). A first training starts from the pretrained backbone and a head of
/// zeros; adding classes starts from the parent model with its head grown, on the pictures of all classes.
/// </remarks>
public static class FineTuneTrainer
{
    private const int ValidationBatch = 32;
    private static readonly TimeSpan PreparationLogInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs the plan from the first to the last epoch. Synchronous: call it on a thread of its own, where libtorch's state of
    /// the thread disturbs nobody. No tensor is left alive, and no file.
    /// </summary>
    /// <param name="plan">Settings; <see cref="TrainingPlan.Layers"/> is not <see cref="TrainedLayers.HeadOnly"/>.</param>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">The backbone to start from.</param>
    /// <param name="start">The head to start from, on that backbone's embedding.</param>
    /// <param name="train">Training pictures, at least 1 readable; targets are indices of <paramref name="start"/>'s classes.</param>
    /// <param name="validation">Validation pictures; without any the last epoch counts as the best.</param>
    /// <param name="scratchFolder">Folder of this run alone for computed features; made when absent. Needs for a picture and its mirror image about 45 kB at 160 px.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="observer">Receives every event, on this thread, from <see cref="RunStarted"/> to <see cref="RunEnded"/>.</param>
    /// <param name="clock">Clock of events, speed and time limit.</param>
    /// <param name="stop">Ends the run within a step (below 2 s) and keeps the best epoch so far; no exception.</param>
    /// <param name="checkpoints">Where it goes on and who keeps its place; null: from the start, for nobody.</param>
    /// <param name="oldClasses">How many of the first classes the start model had already learned: what rehearsal memory and distillation are about. 0: a first training.</param>
    /// <param name="pinned">Places of training pictures that a limited rehearsal memory keeps in any case; null: none.</param>
    /// <param name="combined">Which of the labels are combinations of others, whose rows in <paramref name="start"/> are sums and remain so; null: none.</param>
    /// <exception cref="ArgumentException">The plan is invalid, no training picture is readable, or head and targets do not fit.</exception>
    /// <exception cref="InvalidDataException">The weights do not belong to the backbone.</exception>
    /// <exception cref="IOException">The disk has no room for the features.</exception>
    /// <exception cref="DeviceMemoryException">The GPU has no room for a single picture; for fewer than a batch it computes parts.</exception>
    public static FineTuneResult Run(
        TrainingPlan plan,
        BackboneDescriptor backbone,
        WeightFile weights,
        LinearHead start,
        IReadOnlyList<LabelledImage> train,
        IReadOnlyList<LabelledImage> validation,
        string scratchFolder,
        ComputeDevice device,
        Action<TrainingEvent> observer,
        TimeProvider clock,
        CancellationToken stop,
        Checkpoints? checkpoints = null,
        int oldClasses = 0,
        IReadOnlySet<int>? pinned = null,
        CombinedRows? combined = null)
    {
        checkpoints ??= Checkpoints.None;
        checkpoints.ThrowIfUnfit(plan);
        FineTuneInputs.ThrowIfUnfit(plan, backbone, start, train, validation, combined);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)oldClasses, (uint)start.Classes.Count, nameof(oldClasses));
        ArgumentNullException.ThrowIfNull(device);
        Directory.CreateDirectory(scratchFolder);
        var threads = get_num_threads();
        var progress = new TrainingProgress(plan, train.Count, observer, clock, checkpoints.Before);
        progress.Started(start, validation.Count, device, checkpoints.Last);
        var best = new BestNetwork(weights, start);
        var reason = StopReason.UserStopped;
        if (checkpoints.Last is { } last)
        {
            best.LoadFrom(last);
            progress.Resumed(last);
        }
        using var timeIsUp = progress.WhenTimeIsUp();
        using var stopPreparing = CancellationTokenSource.CreateLinkedTokenSource(stop, checkpoints.Pause, timeIsUp.Token);
        try
        {
            using var stages = new FrozenStages(plan, backbone, weights, scratchFolder, threads, device, progress.Log);
            using var trainImages = Prepare("training", stages, train, stages.Views, scratchFolder, device, progress, clock, stopPreparing.Token);
            using var heldOut = Prepare("validation", stages, validation, 1, scratchFolder, device, progress, clock, stopPreparing.Token);
            if (trainImages.Targets.Length == 0)
            {
                throw new ArgumentException("None of the training pictures can be read. Check that their files are still there.", nameof(train));
            }
            using var network = new FineTuneNetwork(
                plan, new EfficientNetLite(backbone, weights), start, stages.FirstTrainedStage, device, new BatchMemory(progress.Log, checkpoints.Last?.MostAtOnce), combined);
            UseStart(plan, network, trainImages, oldClasses, pinned, combined, progress, stopPreparing.Token);
            if (checkpoints.Last is { } place)
            {
                network.LoadFrom(place);
            }
            ChooseFastest(plan, network, trainImages, device, progress, clock, checkpoints.Last);
            progress.LogStart(heldOut.Targets, start.Classes.Count, oldClasses, combined is not null, () => Probabilities(network, heldOut, start.Classes.Count, stop));
            reason = RunEpochs(plan, network, trainImages, heldOut, new ImageDraws(trainImages.Targets, plan.ClassBalanced, plan.Seed, combined), progress, best, checkpoints, stop);
        }
        catch (OperationCanceledException) when (stopPreparing.IsCancellationRequested)
        {
            // Stopped, paused or out of time while features were computed: the start or the checkpoint is what there is.
            reason = stop.IsCancellationRequested ? StopReason.UserStopped
                : checkpoints.Pause.IsCancellationRequested ? StopReason.Paused
                : StopReason.TimeLimit;
        }
        finally
        {
            set_num_threads(threads);
            Directory.Delete(scratchFolder, recursive: true);
        }
        if (reason != StopReason.Paused)
        {
            progress.Ended(reason, best.Epoch);
        }
        return new(best.Backbone, best.Head, reason, best.Epoch, progress.Failure) { LastEpoch = progress.LastEpoch };
    }

    private static StopReason RunEpochs(
        TrainingPlan plan, FineTuneNetwork network, FineTuneImages train, FineTuneImages validation, ImageDraws draws, TrainingProgress progress, BestNetwork best, Checkpoints checkpoints, CancellationToken stop)
    {
        var stepsPerEpoch = (train.Targets.Length + plan.BatchSize - 1) / plan.BatchSize;
        var done = checkpoints.Last?.Epoch ?? 0;
        if (plan.IsPatienceOver(done, best.HighestEpoch))
        {
            return StopReason.PatienceExhausted;
        }
        for (var epoch = done + 1; epoch <= plan.Epochs; epoch++)
        {
            if (checkpoints.Pause.IsCancellationRequested)
            {
                return StopReason.Paused;
            }
            progress.EpochBegins(epoch);
            network.BeginEpoch(epoch);
            var rows = draws.OfEpoch(epoch);
            var views = new Random(unchecked((plan.Seed * 16_777_619) + epoch));
            var step = 0;
            foreach (var next in BatchesAhead.Of(rows.Chunk(plan.BatchSize), some => train.Choose(some, views)))
            {
                using var batch = next;
                if (stop.IsCancellationRequested)
                {
                    return StopReason.UserStopped;
                }
                if (progress.IsTimeUp)
                {
                    return StopReason.TimeLimit;
                }
                var factor = LearningRateSchedule.Factor(((long)(epoch - 1) * stepsPerEpoch) + step, (long)stepsPerEpoch * plan.Epochs, plan.WarmupShare);
                var (loss, right) = network.Step(batch, factor);
                if (!double.IsFinite(loss))
                {
                    progress.LossNotFinite(plan.HeadLearningRate * factor, plan.BackboneLearningRate * factor);
                    return StopReason.LossNotFinite;
                }
                step++;
                progress.StepDone(batch.Count, loss, right, plan.HeadLearningRate * factor, plan.BackboneLearningRate * factor);
            }
            var metrics = Validate(network, validation, best.Head.Classes.Count, stop);
            progress.EpochDone(metrics, best.Offer(epoch, metrics, network));
            checkpoints.AtEpochEnd(tensors => best.SaveTo(network.SaveTo(progress.Checkpoint(), tensors), tensors));
            if (plan.IsPatienceOver(epoch, best.HighestEpoch))
            {
                return StopReason.PatienceExhausted;
            }
        }
        return StopReason.Completed;
    }

    private static EvaluationMetrics? Validate(FineTuneNetwork network, FineTuneImages validation, int classes, CancellationToken stop)
    {
        var targets = validation.Targets;
        return targets.Length == 0 ? null : ModelEvaluation.Compute(targets, Probabilities(network, validation, classes, stop), classes);
    }

    /// <summary>float32 [images, classes]</summary>
    private static float[] Probabilities(FineTuneNetwork network, FineTuneImages images, int classes, CancellationToken stop)
    {
        var probabilities = new float[images.Targets.Length * classes];
        foreach (var rows in Enumerable.Range(0, images.Targets.Length).Chunk(ValidationBatch))
        {
            stop.ThrowIfCancellationRequested();
            using var batch = images.Read(rows);
            network.Logits(batch.Features).CopyTo(probabilities, rows[0] * classes);
        }
        TemperatureScaling.Softmax(probabilities, classes, images.Targets.Length, temperature: 1);
        return probabilities;
    }

    private static FineTuneImages Prepare(
        string what, FrozenStages stages, IReadOnlyList<LabelledImage> images, int views, string folder, ComputeDevice device, TrainingProgress progress, TimeProvider clock, CancellationToken stop)
    {
        var lastLog = clock.GetTimestamp();
        var prepared = FineTuneImages.Prepare(Path.Combine(folder, $"{what}.f16"), stages, images, views, device.Kind == DeviceKind.Cuda, done =>
        {
            if (clock.GetElapsedTime(lastLog) >= PreparationLogInterval)
            {
                lastLog = clock.GetTimestamp();
                progress.Log(string.Create(CultureInfo.InvariantCulture, $"Prepared {done} of {images.Count} {what} pictures."));
            }
        }, stop);
        if (images.Count - prepared.Targets.Length is > 0 and var unread)
        {
            progress.Log(string.Create(CultureInfo.InvariantCulture, $"{unread} of {images.Count} {what} pictures could not be read and are left out. Check that their files are still there."));
        }
        return prepared;
    }

    /// <summary>What only the untrained network can say: which exemplars stand for an old class, and what is to be distilled.</summary>
    private static void UseStart(
        TrainingPlan plan, FineTuneNetwork network, FineTuneImages train, int oldClasses, IReadOnlySet<int>? pinned, CombinedRows? combined, TrainingProgress progress, CancellationToken stop)
    {
        var all = train.Targets.Length;
        if (Rehearsal.Limits(plan, oldClasses))
        {
            float[] Embed(int[] rows) => [.. rows.Chunk(ValidationBatch).SelectMany(some =>
            {
                stop.ThrowIfCancellationRequested();
                using var batch = train.Read(some);
                return network.Embeddings(batch.Features);
            })];
            train.Keep(Rehearsal.Rows(plan, train.Targets, oldClasses, Embed, network.EmbeddingSize, row => pinned?.Contains(train.Places[row]) == true, combined));
            progress.Rehearses(all, train.Targets.Length, [.. train.Places.Where((_, row) => train.Targets[row] < oldClasses)]);
        }
        progress.TrainsOn(train.Targets.Length);
        if (plan.DistillationWeight > 0 && oldClasses > 0)
        {
            progress.Log("Asking the start model what is to be distilled.");
            train.Teach(network, oldClasses, stop);
        }
    }

    private static void ChooseFastest(
        TrainingPlan plan, FineTuneNetwork network, FineTuneImages train, ComputeDevice device, TrainingProgress progress, TimeProvider clock, TrainingCheckpoint? last)
    {
        ChooseThreads(network, train, device, progress, clock, last?.Threads);
        using var batch = First(plan.BatchSize, train);
        network.Precision = progress.Precision = PrecisionChoice.Choose(
            device,
            last?.Precision,
            precision =>
            {
                network.Precision = precision;
                network.TryStep(batch);
            },
            clock,
            progress.Log);
    }

    private static FineTuneBatch First(int count, FineTuneImages train) =>
        train.Read([.. Enumerable.Range(0, Math.Min(count, train.Targets.Length))]);

    /// <summary>A run that goes on keeps its threads: with others its sums, and so its weights, would differ from the unbroken run's.</summary>
    private static void ChooseThreads(
        FineTuneNetwork network, FineTuneImages train, ComputeDevice device, TrainingProgress progress, TimeProvider clock, int? before)
    {
        if (device.Kind != DeviceKind.Cpu)
        {
            return;
        }
        if (before is { } kept)
        {
            set_num_threads(kept);
            progress.Threads = kept;
            return;
        }
        using var batch = First(8, train);
        var threads = ThreadChoice.SetFaster(() => network.Logits(batch.Features), clock);
        progress.Threads = threads;
        progress.Log(string.Create(CultureInfo.InvariantCulture, $"Training uses {threads} {(threads == 1 ? "thread" : "threads")}, the fastest in a short trial."));
    }
}
