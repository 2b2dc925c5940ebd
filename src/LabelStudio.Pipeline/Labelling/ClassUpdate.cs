namespace LabelStudio.Pipeline.Labelling;

/// <summary>A class as it shall be; a null key takes the key away.</summary>
public sealed record ClassUpdate(string Name, string Colour, string? Hotkey, string Description)
{
    /// <summary>Other names imports may use for it; null: as they were.</summary>
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>"None of these"; null: as it was.</summary>
    public bool? IsNegative { get; init; }

    /// <summary>Models are not to learn it; null: as it was.</summary>
    public bool? IsLeftOutOfTraining { get; init; }
}
