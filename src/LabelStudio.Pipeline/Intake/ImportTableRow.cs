namespace LabelStudio.Pipeline.Intake;

/// <summary>What one row of a table says of one image.</summary>
/// <param name="Number">Its place in the file, as a spreadsheet or an editor counts.</param>
/// <param name="Path">The image's file; null: the row does not say.</param>
/// <param name="DecidesLabel">The table has a column of classes: an empty cell says that the image has none.</param>
/// <param name="Label">Its classes; null: none are said.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Sha256">The hash of the original; null: the table does not say.</param>
/// <param name="Split">Its split; null: the table does not say.</param>
internal sealed record ImportTableRow(
    int Number, string? Path, bool DecidesLabel, ImportLabel? Label, IReadOnlyDictionary<string, string> Metadata, string? Sha256, Split? Split);
