namespace LabelStudio.Pipeline.Intake;

public enum ImageSort
{
    Oldest,
    Newest,
    FileName,
}
