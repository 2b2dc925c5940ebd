namespace LabelStudio.Pipeline.Intake;

/// <summary>Which picture of an image: for grids, for labelling, or the bytes as they came.</summary>
public enum ImageVariant
{
    Thumbnail,
    View,
    Original,
}
