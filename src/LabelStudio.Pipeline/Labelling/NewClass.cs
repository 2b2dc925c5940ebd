namespace LabelStudio.Pipeline.Labelling;

/// <summary>Colour and key are chosen when they are null: the next free ones.</summary>
public sealed record NewClass(string Name, string? Colour = null, string? Hotkey = null, string Description = "")
{
    /// <summary>"None of these": for images that fit no other class.</summary>
    public bool IsNegative { get; init; }

    /// <summary>Models are not to learn it.</summary>
    public bool IsLeftOutOfTraining { get; init; }
}
