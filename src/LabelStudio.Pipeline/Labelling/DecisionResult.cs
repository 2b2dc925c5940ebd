using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>What became of a decision; version and class are the image's present ones. In a conflict: who decided meanwhile, when, and how they left the image.</summary>
public sealed record DecisionResult(
    Guid DecisionId,
    long ImageId,
    DecisionOutcome Outcome,
    int LabelVersion,
    Guid? ClassId,
    string? Message,
    string? ConflictUserName,
    DateTime? ConflictUtc = null,
    ImageState? State = null);
