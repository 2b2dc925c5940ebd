using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Somebody's act upon one image. Rows are only added: together they tell how the label came to be.</summary>
public sealed class Annotation
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required long ImageId { get; init; }

    /// <summary>Made by the client; the same one sent twice is saved once.</summary>
    public required Guid DecisionId { get; init; }

    /// <summary>What one undo takes back together: a bulk action's rows share it.</summary>
    public required Guid ActionId { get; init; }

    /// <summary>The first row of its action.</summary>
    public bool StartsAction { get; init; } = true;

    /// <summary>The action this one took back (an undo of an undo is a redo).</summary>
    public Guid? RevertsActionId { get; init; }

    public required AnnotationKind Kind { get; init; }

    public Guid? ClassId { get; init; }

    public Guid? PreviousClassId { get; init; }

    public required ImageState PreviousState { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public required AnnotationOrigin Origin { get; init; }

    /// <summary>The program that an imported label was given in; null: it came with the file, or was given here.</summary>
    public string? Source { get; init; }

    public Guid? SuggestedClassId { get; init; }

    public double? SuggestedProbability { get; init; }

    public string? SuggestionSource { get; init; }

    /// <summary>Why the image was discarded, in the person's words; null: they gave no reason, or it is another kind of act.</summary>
    public string? DiscardReason { get; init; }

    public int? LeadTimeMs { get; init; }

    public required int OntologyVersion { get; init; }

    /// <summary>The image's label version after this act.</summary>
    public required int LabelVersion { get; init; }
}
