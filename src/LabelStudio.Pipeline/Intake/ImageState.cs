namespace LabelStudio.Pipeline.Intake;

public enum ImageState
{
    Unlabelled,
    Labelled,
    Discarded,
}
