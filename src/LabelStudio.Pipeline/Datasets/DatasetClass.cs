namespace LabelStudio.Pipeline.Datasets;

public sealed record DatasetClass(Guid Id, string Name);
