namespace LabelStudio.Pipeline.Datasets;

/// <summary>Labelled images of one class in use.</summary>
public sealed record ClassSplitCount(Guid ClassId, string Name, int Train, int Validation, int Test);
