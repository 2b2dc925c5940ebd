namespace LabelStudio.Pipeline.Training;

/// <summary>The two ways to stop a run.</summary>
/// <param name="KeepBest">Ends the training; the best epoch so far becomes a model.</param>
/// <param name="Drop">Ends everything; nothing is kept.</param>
public sealed record RunStop(CancellationToken KeepBest, CancellationToken Drop);
