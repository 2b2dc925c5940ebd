namespace LabelStudio.Pipeline.Promotion;

/// <summary>One line of the history of a project's models.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="ModelVersionId">The model it was done with; null: the project was left without one.</param>
/// <param name="ModelName">Its name.</param>
/// <param name="PreviousModelName">The model that answered before a promotion or roll-back.</param>
/// <param name="UserName">Who did it.</param>
/// <param name="AtUtc">When.</param>
/// <param name="Reason">Why the gate was overruled, if it was.</param>
public sealed record ModelHistoryEntry(
    ModelActKind Kind,
    Guid? ModelVersionId,
    string? ModelName,
    string? PreviousModelName,
    string UserName,
    DateTime AtUtc,
    string? Reason);
