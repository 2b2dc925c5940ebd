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

    /// <summary>Part of the file name.</summary>
    public string? Text { get; init; }

    /// <summary>Only these images.</summary>
    public IReadOnlyList<long>? Ids { get; init; }

    public ImageSort Sort { get; init; }
}
