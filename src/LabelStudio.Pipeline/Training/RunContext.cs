using System.Globalization;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What every way of training needs beside its data.</summary>
/// <param name="Observer">Receives the events.</param>
/// <param name="Log">Writes a line into the run's log.</param>
/// <param name="Checkpoints">How the training keeps its place.</param>
/// <param name="Began">The clock's timestamp when the trainer took the run.</param>
/// <param name="StopTraining">Ends the training and keeps the best epoch.</param>
/// <param name="Drop">Ends everything.</param>
/// <param name="Prepare">Ends what comes before the training: dropped, paused or out of time.</param>
internal sealed record RunContext(
    RunOptions Options,
    ComputeDevice Device,
    TimeProvider Clock,
    Action<TrainingEvent> Observer,
    Action<string> Log,
    Checkpoints Checkpoints,
    long Began,
    CancellationToken StopTraining,
    CancellationToken Drop,
    CancellationToken Prepare)
{
    /// <summary>How the training that begins now keeps its place: what went before it counts for its time limit.</summary>
    public Checkpoints CheckpointsOfTraining => Checkpoints with { Before = Clock.GetElapsedTime(Began) };

    /// <summary>The observer of a training on these images, of which the trainer knows the places only.</summary>
    public Action<TrainingEvent> ObserverOf(IReadOnlyList<long> trainImageIds) => happened => Observer(happened is ExemplarsChosen chosen
        // Behind the images there may be embeddings that were drawn in the place of lost ones.
        ? chosen with { ImageIds = [.. chosen.Places.Where(place => place < trainImageIds.Count).Select(place => trainImageIds[place])] }
        : happened);

    /// <summary>Right after the training: what cannot be handed in as a model is not worth looking at the held-out images for.</summary>
    /// <exception cref="RunFailedException">The loss was no number, or the time was up before anything was learned.</exception>
    public static void ThrowIfFailed(TrainingPlan plan, StopReason reason, int lastEpoch, string? failure)
    {
        if (reason == StopReason.LossNotFinite)
        {
            throw new RunFailedException(
                failure ?? "The training loss was not a number any more, so the run was stopped. Launch it again with a lower learning rate.", reason);
        }
        if (reason == StopReason.TimeLimit && lastEpoch == 0)
        {
            throw OutOfTime(plan);
        }
    }

    /// <summary>The time was up before anything was learned.</summary>
    public static RunFailedException OutOfTime(TrainingPlan plan) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"The time limit of {plan.TimeLimit?.TotalMinutes:0.##} min was reached before the first epoch was finished, so nothing was learned. Launch the run again with more minutes{(plan.Layers == TrainedLayers.HeadOnly ? "" : ", a smaller image side")} or fewer images."),
        StopReason.TimeLimit);

    /// <exception cref="OperationCanceledException">The training was paused: there is no model to be made.</exception>
    public void ThrowIfPaused(StopReason reason)
    {
        if (reason == StopReason.Paused)
        {
            throw new OperationCanceledException("The run is paused.", Checkpoints.Pause);
        }
    }
}
