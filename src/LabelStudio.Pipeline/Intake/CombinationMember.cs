namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// One of the classes that a combination stands for: the label of an image that shows several classes at once. The empty
/// combination has no row.
/// </summary>
public sealed class CombinationMember
{
    public required Guid CombinationId { get; init; }

    public required Guid ClassId { get; init; }
}
