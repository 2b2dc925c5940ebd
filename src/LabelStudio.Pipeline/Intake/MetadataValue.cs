namespace LabelStudio.Pipeline.Intake;

/// <summary>A value under a key.</summary>
/// <param name="ImageCount">How many images have it.</param>
public sealed record MetadataValue(string Value, int ImageCount);
