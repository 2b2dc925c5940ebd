using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Datasets;

public sealed record DatasetEntry(long ImageId, string Sha256, string Extension, Guid ClassId, Split Split);
