namespace LabelStudio.Pipeline.Intake;

/// <summary>Which images of a project; what is null does not matter.</summary>
public sealed record ImageFilter
{
    public Guid? ClassId { get; init; }

    public ImageState? State { get; init; }

    public Split? Split { get; init; }

    public bool? IsFlagged { get; init; }

    public Guid? ImportBatchId { get; init; }

    public Guid? LabelledBy { get; init; }

    /// <summary>Labelled under an ontology version before this one: the classes since then were not to choose.</summary>
    public int? LabelledBefore { get; init; }

    /// <summary>The label that stands was given at this time or later.</summary>
    public DateTime? LabelledFrom { get; init; }

    /// <summary>Before this time.</summary>
    public DateTime? LabelledUntil { get; init; }

    /// <summary>Uploaded at this time or later.</summary>
    public DateTime? AddedFrom { get; init; }

    /// <summary>Before this time.</summary>
    public DateTime? AddedUntil { get; init; }

    /// <summary>Both sides have at least so many pixels.</summary>
    public int? ShorterSideFrom { get; init; }

    /// <summary>One side has at most so many pixels.</summary>
    public int? ShorterSideTo { get; init; }

    public ImageAspect? Aspect { get; init; }

    /// <summary>Part of the reason that was given for the discard.</summary>
    public string? DiscardReason { get; init; }

    /// <summary>Part of the file name.</summary>
    public string? Text { get; init; }

    public MetadataFilter? Metadata { get; init; }

    /// <summary>Only these images.</summary>
    public IReadOnlyList<long>? Ids { get; init; }

    public ImageSort Sort { get; init; }
}
