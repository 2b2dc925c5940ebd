namespace LabelStudio.Pipeline.Intake;

/// <summary>What an image is used for; given once when it comes in, by its content, its folder or a table, and kept.</summary>
public enum Split
{
    Train,
    Validation,
    Test,
}
