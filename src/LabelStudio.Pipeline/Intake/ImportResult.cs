namespace LabelStudio.Pipeline.Intake;

/// <summary>What became of one file; the reason is a sentence for the person who brought it.</summary>
public sealed record ImportResult(string FileName, ImportOutcome Outcome, long? ImageId, string? Reason);
