namespace LabelStudio.Pipeline.Promotion;

/// <summary>Somebody's act on a model version that leaves the one that answers as it is. Rows are only added; promotions stand in <see cref="PromotionRecord"/>.</summary>
public sealed class ModelAct
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid ModelVersionId { get; init; }

    public required ModelActKind Kind { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime AtUtc { get; init; }
}
