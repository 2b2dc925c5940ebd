namespace LabelStudio.Pipeline.Datasets;

/// <summary>An image whose label differs between two dataset versions.</summary>
/// <param name="Before">Its class in the first; null: not in it.</param>
/// <param name="After">Its class in the second; null: not in it.</param>
public sealed record LabelChange(long ImageId, Guid? Before, Guid? After);
