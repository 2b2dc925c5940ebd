namespace LabelStudio.Pipeline.Intake;

/// <summary>What a table in an archive says of one file.</summary>
/// <param name="DecidesLabel">The table has a column of classes: an empty cell says that the image has none.</param>
/// <param name="ClassName">Its class; null: none.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Sha256">The hash of the original that the file was made of when it was exported; null: the table does not say.</param>
internal sealed record ArchiveRow(bool DecidesLabel, string? ClassName, IReadOnlyDictionary<string, string> Metadata, string? Sha256);
