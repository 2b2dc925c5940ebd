namespace LabelStudio.Pipeline.Intake;

public enum ImageSort
{
    Oldest,
    Newest,
    FileName,

    /// <summary>By the size of the file.</summary>
    Largest,
    Smallest,
}
