namespace LabelStudio.Pipeline.Intake;

/// <summary>Which picture of an image: for grids, for labelling, for looking at its very pixels, or the bytes as they came.</summary>
public enum ImageVariant
{
    Thumbnail,
    View,
    Full,
    Original,
}
