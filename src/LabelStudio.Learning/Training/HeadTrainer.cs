using System.Numerics.Tensors;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Native;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Trains a linear head by gradients on stored embeddings: Adam without momentum, cross-entropy with label smoothing, class-balanced draws,
/// dropout, warm-up and cosine, stop at the best macro-F1 on validation, best weights kept.
/// </summary>
public static class HeadTrainer
{
    /// <summary>
    /// Runs the plan from the first to the last epoch. Synchronous: call it on a thread of its own, where libtorch's state of
    /// the thread disturbs nobody. No tensor is left alive.
    /// </summary>
    /// <param name="plan">Settings; those of the backbone and of images are not looked at.</param>
    /// <param name="start">The head to start from: zeros in a first training; in an increment the parent's head, grown.</param>
    /// <param name="train">Training images, at least 1; targets are indices of <paramref name="start"/>'s classes.</param>
    /// <param name="validation">Validation images; without any the last epoch counts as the best.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="observer">Receives every event, on this thread, from <see cref="RunStarted"/> to <see cref="RunEnded"/>.</param>
    /// <param name="clock">Clock of events, speed and time limit.</param>
    /// <param name="stop">Ends the run within a step (far below 2 s) and keeps the best epoch so far; no exception.</param>
    /// <param name="checkpoints">Where it goes on and who keeps its place; null: from the start, for nobody.</param>
    /// <param name="oldClasses">How many of the first classes the start head had already learned: what rehearsal memory and distillation are about. 0: a first training.</param>
    /// <param name="pinned">Places of training images that a limited rehearsal memory keeps in any case; null: none.</param>
    /// <param name="combined">Which of the labels are combinations of others, whose rows in <paramref name="start"/> are sums and remain so; null: none.</param>
    /// <exception cref="ArgumentException">The plan is invalid, there is no training image, or sizes and targets do not fit the head.</exception>
    /// <exception cref="DeviceMemoryException">The GPU has no room for a single image; for fewer than a batch it computes parts.</exception>
    public static HeadTrainingResult Run(
        TrainingPlan plan,
        LinearHead start,
        EmbeddingSet train,
        EmbeddingSet validation,
        ComputeDevice device,
        Action<TrainingEvent> observer,
        TimeProvider clock,
        CancellationToken stop,
        Checkpoints? checkpoints = null,
        int oldClasses = 0,
        IReadOnlySet<int>? pinned = null,
        CombinedRows? combined = null)
    {
        HeadTrainingInputs.ThrowIfUnfit(plan, start, train, validation, combined);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)oldClasses, (uint)start.Classes.Count, nameof(oldClasses));
        checkpoints ??= Checkpoints.None;
        checkpoints.ThrowIfUnfit(plan);
        ArgumentNullException.ThrowIfNull(device);
        var given = train;
        int[]? rehearsed = Rehearsal.Limits(plan, oldClasses)
            ? Rehearsal.Rows(plan, given.Targets, oldClasses, rows => given.Only(rows).Embeddings, given.EmbeddingSize, row => pinned?.Contains(row) == true, combined)
            : null;
        train = rehearsed is null ? given : given.Only(rehearsed);

        var progress = new TrainingProgress(plan, train.Count, observer, clock, checkpoints.Before);
        progress.Started(start, validation.Count, device, checkpoints.Last);
        if (rehearsed is not null)
        {
            progress.Rehearses(given.Count, train.Count, [.. rehearsed.Where(row => given.Targets[row] < oldClasses)]);
        }
        progress.LogLostClasses(LostClasses.Of(train.Targets, oldClasses, combined).Count);
        var result = new HeadTrainingResult(start, StopReason.UserStopped, BestEpoch: 0);
        if (!TensorPrimitives.IsFiniteAll<float>(train.Embeddings))
        {
            progress.Fail("An embedding holds a number that is not finite. Have the embeddings computed again from the images.");
            result = result with { Reason = StopReason.LossNotFinite, Failure = progress.Failure };
        }
        else
        {
            try
            {
                // What a checkpoint holds is folded by these inputs: they are loaded even if the run is stopped at once.
                var stopLoading = checkpoints.Last is null ? stop : CancellationToken.None;
                using var network = new HeadNetwork(plan, start, train, oldClasses, device, new BatchMemory(progress.Log, checkpoints.Last?.MostAtOnce), stopLoading, combined);
                using var heldOut = network.Load(validation, stopLoading);
                var best = new BestEpoch();
                if (checkpoints.Last is { } last)
                {
                    network.LoadFrom(last);
                    best.LoadFrom(last);
                    progress.Resumed(last);
                }
                progress.LogStart(validation.Targets, start.Classes.Count, oldClasses, combined is not null, () => network.Logits(heldOut));
                var reason = RunEpochs(plan, start, network, heldOut, train, validation, new ImageDraws(train.Targets, plan.ClassBalanced, plan.Seed, combined), progress, best, checkpoints, stop);
                result = new HeadTrainingResult(best.Change is { } change ? network.Fold(change) : start, reason, best.Epoch, progress.Failure) { LastEpoch = progress.LastEpoch };
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Stopped while the inputs were prepared: an ending, not an error. The start head is what there is.
            }
        }

        if (result.Reason != StopReason.Paused)
        {
            progress.Ended(result.Reason, result.BestEpoch);
        }

        return result;
    }

    private static StopReason RunEpochs(
        TrainingPlan plan,
        LinearHead start,
        HeadNetwork network,
        HeadInputs heldOut,
        EmbeddingSet train,
        EmbeddingSet validation,
        ImageDraws draws,
        TrainingProgress progress,
        BestEpoch best,
        Checkpoints checkpoints,
        CancellationToken stop)
    {
        var steps = (long)progress.StepsPerEpoch * plan.Epochs;
        var done = checkpoints.Last?.Epoch ?? 0;
        if (done == 0 && start.Weight.AsSpan().ContainsAnyExcept(0f) && validation.Count > 0)
        {
            best.Offer(0, Validate(network, heldOut, validation, start.Classes.Count), () => null);
        }

        if (plan.IsPatienceOver(done, best.Epoch))
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
            for (var step = 0; step < progress.StepsPerEpoch; step++)
            {
                if (stop.IsCancellationRequested)
                {
                    return StopReason.UserStopped;
                }

                if (progress.IsTimeUp)
                {
                    return StopReason.TimeLimit;
                }

                var batch = rows.AsSpan(step * plan.BatchSize, Math.Min(plan.BatchSize, rows.Length - (step * plan.BatchSize)));
                var factor = LearningRateSchedule.Factor(((long)(epoch - 1) * progress.StepsPerEpoch) + step, steps, plan.WarmupShare);
                var (loss, right) = network.Step(batch, plan.HeadLearningRate * factor);
                if (!double.IsFinite(loss))
                {
                    progress.LossNotFinite(plan.HeadLearningRate * factor);
                    return StopReason.LossNotFinite;
                }

                progress.StepDone(batch.Length, loss, right, plan.HeadLearningRate * factor);
            }

            var metrics = validation.Count == 0 ? null : Validate(network, heldOut, validation, start.Classes.Count);
            var isBest = best.Offer(epoch, metrics, () => network.Copy());
            progress.EpochDone(metrics, isBest);
            checkpoints.AtEpochEnd(tensors => best.SaveTo(network.SaveTo(progress.Checkpoint(), tensors), tensors));
            if (plan.IsPatienceOver(epoch, best.Epoch))
            {
                return StopReason.PatienceExhausted;
            }
        }

        return StopReason.Completed;
    }

    private static EvaluationMetrics Validate(HeadNetwork network, HeadInputs heldOut, EmbeddingSet validation, int classes)
    {
        var probabilities = network.Logits(heldOut);
        TemperatureScaling.Softmax(probabilities, classes, validation.Count, temperature: 1);
        return ModelEvaluation.Compute(validation.Targets, probabilities, classes);
    }
}
