using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Export;

internal sealed record ExportRow(
    long Id,
    string Sha256,
    string Extension,
    string FileName,
    Split Split,
    ImageState State,
    Guid? ClassId,
    string? Annotator,
    DateTime? LabelledUtc)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
