namespace LabelStudio.Pipeline.Training;

/// <summary>One thing that was looked at before a run, in words for people.</summary>
/// <param name="Kind">What was looked at.</param>
/// <param name="IsWarning">It may spoil the run.</param>
/// <param name="Text">One or two sentences.</param>
/// <param name="ClassId">The class it is about; null: none in particular.</param>
public sealed record LaunchCheck(LaunchCheckKind Kind, bool IsWarning, string Text, Guid? ClassId = null);
