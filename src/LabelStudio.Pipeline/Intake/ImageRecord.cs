namespace LabelStudio.Pipeline.Intake;

/// <summary>One image of a project, and the label it has now (which its annotations tell how it came to).</summary>
public sealed class ImageRecord
{
    /// <summary>Characters of a reason for a discard.</summary>
    public const int LongestReason = 200;

    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>The name it came under, cleaned; data only, never part of a path.</summary>
    public required string FileName { get; init; }

    public required string Extension { get; init; }

    public required string MediaType { get; init; }

    public required int WidthPx { get; init; }

    public required int HeightPx { get; init; }

    public required long ByteCount { get; init; }

    public required Split Split { get; set; }

    public required Guid ImportBatchId { get; init; }

    public required DateTime UploadedUtc { get; init; }

    public required Guid UploadedBy { get; init; }

    public ImageState State { get; set; }

    public Guid? LabelClassId { get; set; }

    /// <summary>Rises with each change of state or label: who writes on an older one is told of the conflict.</summary>
    public int LabelVersion { get; set; }

    public Guid? LabelledBy { get; set; }

    public DateTime? LabelledUtc { get; set; }

    /// <summary>The ontology version the label was given under; classes that joined later were not to choose then.</summary>
    public int LabelOntologyVersion { get; set; }

    public bool IsFlagged { get; set; }

    public DateTime? SkippedUtc { get; set; }

    /// <summary>Why it is discarded; null: it is not, or nobody said.</summary>
    public string? DiscardReason { get; set; }

    public void GiveLabel(Guid classId, Guid userId, DateTime atUtc, int ontologyVersion) =>
        Change(ImageState.Labelled, classId, userId, atUtc, ontologyVersion);

    public void ClearLabel(Guid userId, DateTime atUtc) => Change(ImageState.Unlabelled, null, userId, atUtc, ontologyVersion: 0);

    /// <summary>Takes the image out of use for training; its label goes, as a discarded image shows no class.</summary>
    public void Discard(Guid userId, DateTime atUtc) => Change(ImageState.Discarded, null, userId, atUtc, ontologyVersion: 0);

    private void Change(ImageState state, Guid? classId, Guid userId, DateTime atUtc, int ontologyVersion)
    {
        State = state;
        LabelClassId = classId;
        LabelledBy = state == ImageState.Unlabelled ? null : userId;
        LabelledUtc = state == ImageState.Unlabelled ? null : atUtc;
        LabelOntologyVersion = ontologyVersion;
        DiscardReason = null;
        LabelVersion++;
    }
}
