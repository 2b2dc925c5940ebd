using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What every way of training needs beside its data.</summary>
/// <param name="Observer">Receives the events.</param>
/// <param name="Log">Writes a line into the run's log.</param>
/// <param name="StopTraining">Ends the training and keeps the best epoch.</param>
/// <param name="Drop">Ends everything.</param>
internal sealed record RunContext(
    RunOptions Options,
    ComputeDevice Device,
    TimeProvider Clock,
    Action<TrainingEvent> Observer,
    Action<string> Log,
    CancellationToken StopTraining,
    CancellationToken Drop);
