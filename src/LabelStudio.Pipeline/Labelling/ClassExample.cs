namespace LabelStudio.Pipeline.Labelling;

/// <summary>An image chosen to show what belongs to a class, alone or with others, or what does not although it looks so.</summary>
public sealed class ClassExample
{
    public required Guid ClassId { get; init; }

    public required long ImageId { get; init; }

    /// <summary>"Not this."</summary>
    public required bool IsCounterExample { get; set; }

    public required Guid UserId { get; init; }

    public required DateTime AddedUtc { get; init; }
}
