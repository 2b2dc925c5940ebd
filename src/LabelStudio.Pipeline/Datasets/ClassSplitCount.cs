namespace LabelStudio.Pipeline.Datasets;

/// <summary>Labelled images of one class in use, or of one combination. Those of a class have it alone.</summary>
public sealed record ClassSplitCount(Guid ClassId, string Name, int Train, int Validation, int Test)
{
    /// <summary>Of a combination (the label of images that show several classes, or none): its classes; null: it is a class.</summary>
    public IReadOnlyList<Guid>? MemberIds { get; init; }
}
