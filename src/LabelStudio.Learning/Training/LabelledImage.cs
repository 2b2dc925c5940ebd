namespace LabelStudio.Learning.Training;

/// <summary>A stored picture and what it shows.</summary>
/// <param name="Path">Picture file, of any format that <see cref="Imaging.ImageDecoder"/> reads.</param>
/// <param name="Target">Class index, from 0.</param>
public sealed record LabelledImage(string Path, int Target);
