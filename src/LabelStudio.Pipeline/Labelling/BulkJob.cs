using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// A person's last action on very many images in a project. Its images wait in <see cref="BulkChunk"/>s, each of which goes in
/// the transaction that does it: whenever the program ends, what is left is exactly what is not done.
/// </summary>
public sealed class BulkJob
{
    /// <summary>Also the id of the action that its decisions are, taken back by one undo.</summary>
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid UserId { get; init; }

    public required BulkAction Action { get; init; }

    public AnnotationKind? Kind { get; init; }

    public Split? Split { get; init; }

    public bool OnlyUnlabelled { get; init; }

    public long? AsOf { get; init; }

    public BulkJobState State { get; set; }

    public required int Total { get; init; }

    public int Done { get; set; }

    public int Changed { get; set; }

    public int LeftOut { get; set; }

    /// <summary>The first of those left out.</summary>
    public long[] LeftOutIds { get; set; } = [];

    public Guid[] MoveIds { get; set; } = [];

    /// <summary>Why it failed; while it runs, why the first image was refused.</summary>
    public string? Problem { get; set; }
}
