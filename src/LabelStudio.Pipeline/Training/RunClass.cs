namespace LabelStudio.Pipeline.Training;

/// <summary>A class of a run.</summary>
public sealed record RunClass(Guid Id, string Name, string Colour, bool IsNew);
