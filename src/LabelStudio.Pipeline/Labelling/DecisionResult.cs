namespace LabelStudio.Pipeline.Labelling;

/// <summary>What became of a decision; version and class are the image's present ones.</summary>
public sealed record DecisionResult(
    Guid DecisionId,
    long ImageId,
    DecisionOutcome Outcome,
    int LabelVersion,
    Guid? ClassId,
    string? Message,
    string? ConflictUserName);
