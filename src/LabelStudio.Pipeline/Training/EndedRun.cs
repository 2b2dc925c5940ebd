namespace LabelStudio.Pipeline.Training;

/// <summary>A run that has just ended: succeeded, failed or interrupted.</summary>
public sealed record EndedRun(Guid Id, string Name, RunState State, DateTime EndedUtc);
