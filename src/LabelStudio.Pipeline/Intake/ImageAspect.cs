namespace LabelStudio.Pipeline.Intake;

/// <summary>Whether an image is higher than wide, wider than high, or neither.</summary>
public enum ImageAspect
{
    Portrait,
    Landscape,
    Square,
}
