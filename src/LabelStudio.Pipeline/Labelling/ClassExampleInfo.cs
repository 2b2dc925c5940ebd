namespace LabelStudio.Pipeline.Labelling;

/// <summary>An image that explains a class, as a page shows it.</summary>
/// <param name="IsChosen">By a person; else one of the labelled images, which stand in while nobody has chosen any.</param>
public sealed record ClassExampleInfo(Guid ClassId, long ImageId, string Sha256, string FileName, bool IsCounterExample, bool IsChosen);
