namespace LabelStudio.Pipeline.Training;

/// <summary>The ways to stop a run.</summary>
/// <param name="KeepBest">Ends the training; the best epoch so far becomes a model.</param>
/// <param name="Drop">Ends everything; nothing is kept.</param>
/// <param name="Pause">Ends the training after the present epoch; it goes on from there later.</param>
public sealed record RunStop(CancellationToken KeepBest, CancellationToken Drop, CancellationToken Pause = default);
