namespace LabelStudio.Learning.Training;

/// <summary>A line for the run's log.</summary>
/// <param name="Text">The line, for people.</param>
public sealed record LogWritten(string Text) : TrainingEvent;
