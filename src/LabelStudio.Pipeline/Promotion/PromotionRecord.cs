namespace LabelStudio.Pipeline.Promotion;

/// <summary>Somebody's act of making a model the one that answers, or taking it back. Rows are only added.</summary>
public sealed class PromotionRecord
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    /// <summary>The model that answers from now on; null: none.</summary>
    public Guid? ModelVersionId { get; init; }

    public Guid? PreviousId { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime AtUtc { get; init; }

    /// <summary>Why the gate was overruled.</summary>
    public string? Reason { get; init; }

    /// <summary>What the gate said then, as JSON of <see cref="GateDecision"/>.</summary>
    public string? GateJson { get; init; }

    public bool IsRollback { get; init; }
}
