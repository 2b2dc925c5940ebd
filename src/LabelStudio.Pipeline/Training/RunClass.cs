namespace LabelStudio.Pipeline.Training;

/// <summary>A class of a run.</summary>
public sealed record RunClass(Guid Id, string Name, string Colour, bool IsNew)
{
    /// <summary>It could have been trained, and whoever launched the run chose not to.</summary>
    public bool IsLeftOut { get; init; }
}
