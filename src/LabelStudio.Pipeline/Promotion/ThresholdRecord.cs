namespace LabelStudio.Pipeline.Promotion;

/// <summary>Somebody's act of setting a model's thresholds. Rows are only added; the newest one counts.</summary>
public sealed class ThresholdRecord
{
    public long Id { get; init; }

    public required Guid ModelVersionId { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime AtUtc { get; init; }

    public required double Overall { get; init; }

    /// <summary>Thresholds of single classes, as JSON: class id to threshold.</summary>
    public required string ClassesJson { get; init; }
}
