namespace LabelStudio.Pipeline.Labelling;

public sealed record ClassInfo(
    Guid Id,
    string Name,
    string Colour,
    string? Hotkey,
    int Position,
    string Description,
    bool IsArchived,
    Guid? MergedIntoId,
    DateTime CreatedUtc,
    int SinceOntologyVersion,
    int LabelledCount)
{
    /// <summary>Other names imports may use for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The classes that a combination stands for, in their order; null: it is a class that people choose.</summary>
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    /// <summary>The label of images that show several classes, or none of them.</summary>
    public bool IsCombination => MemberIds is not null;

    /// <summary>"None of these": for images that fit no other class.</summary>
    public bool IsNegative { get; init; }

    /// <summary>Models do not learn it.</summary>
    public bool IsLeftOutOfTraining { get; init; }
}
