namespace LabelStudio.Pipeline.Labelling;

/// <summary>What a person decided upon one image.</summary>
/// <param name="Id">Made by the client; sent again after a lost answer, it is saved once.</param>
/// <param name="ExpectedVersion">The label version the person saw; null overwrites whatever is there.</param>
/// <param name="LeadTimeMs">Milliseconds from the picture's appearance to the decision.</param>
public sealed record Decision(
    Guid Id,
    long ImageId,
    AnnotationKind Kind,
    Guid? ClassId = null,
    int? ExpectedVersion = null,
    Guid? SuggestedClassId = null,
    double? SuggestedProbability = null,
    string? SuggestionSource = null,
    int? LeadTimeMs = null)
{
    /// <summary>
    /// Of a label: the classes, in a project whose images may have several; none at all is a label too. Null: the one that
    /// <see cref="ClassId"/> names.
    /// </summary>
    public IReadOnlyList<Guid>? ClassIds { get; init; }

    /// <summary>With <see cref="ClassIds"/>: what is done with the classes that the image has.</summary>
    public SetChange Change { get; init; }

    /// <summary>An image that has a label by now, or is discarded, is left alone.</summary>
    public bool OnlyUnlabelled { get; init; }

    /// <summary>
    /// Where no version is expected: the project's last act (<see cref="Annotation.Id"/>) when the person chose the image. One
    /// that was decided upon since is a conflict.
    /// </summary>
    public long? AsOf { get; init; }

    /// <summary>Of a discard: why. Given after it, on an image that is discarded already, it is added to that.</summary>
    public string? DiscardReason { get; init; }
}
