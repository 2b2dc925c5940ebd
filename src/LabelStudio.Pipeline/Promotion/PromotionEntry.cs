namespace LabelStudio.Pipeline.Promotion;

/// <summary>One line of the history of promotions.</summary>
/// <param name="ModelVersionId">The model that was promoted; null: the project was left without one.</param>
/// <param name="Reason">Why the gate was overruled, if it was.</param>
public sealed record PromotionEntry(
    Guid? ModelVersionId,
    string? ModelName,
    string? PreviousModelName,
    string UserName,
    DateTime AtUtc,
    string? Reason,
    bool IsRollback);
