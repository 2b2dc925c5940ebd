namespace LabelStudio.Pipeline.Labelling;

/// <summary>Colour and key are chosen when they are null: the next free ones.</summary>
public sealed record NewClass(string Name, string? Colour = null, string? Hotkey = null, string Description = "");
