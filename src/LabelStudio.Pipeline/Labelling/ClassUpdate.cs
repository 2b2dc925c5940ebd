namespace LabelStudio.Pipeline.Labelling;

/// <summary>A class as it shall be; a null key takes the key away.</summary>
public sealed record ClassUpdate(string Name, string Colour, string? Hotkey, string Description);
