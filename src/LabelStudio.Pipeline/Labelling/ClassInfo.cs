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
    int LabelledCount);
