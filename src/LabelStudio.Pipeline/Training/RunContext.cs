using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What every way of training needs beside its data.</summary>
/// <param name="Observer">Receives the events.</param>
/// <param name="Log">Writes a line into the run's log.</param>
/// <param name="Checkpoints">How the training keeps its place.</param>
/// <param name="StopTraining">Ends the training and keeps the best epoch.</param>
/// <param name="Drop">Ends everything.</param>
/// <param name="Prepare">Ends what comes before the training: dropped or paused.</param>
internal sealed record RunContext(
    RunOptions Options,
    ComputeDevice Device,
    TimeProvider Clock,
    Action<TrainingEvent> Observer,
    Action<string> Log,
    Checkpoints Checkpoints,
    CancellationToken StopTraining,
    CancellationToken Drop,
    CancellationToken Prepare)
{
    /// <exception cref="OperationCanceledException">The training was paused: there is no model to be made.</exception>
    public void ThrowIfPaused(StopReason reason)
    {
        if (reason == StopReason.Paused)
        {
            throw new OperationCanceledException("The run is paused.", Checkpoints.Pause);
        }
    }
}
