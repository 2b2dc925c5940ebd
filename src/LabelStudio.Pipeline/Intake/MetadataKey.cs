namespace LabelStudio.Pipeline.Intake;

/// <summary>A key that images of a project have.</summary>
/// <param name="ImageCount">How many images have it.</param>
public sealed record MetadataKey(string Key, int ImageCount);
