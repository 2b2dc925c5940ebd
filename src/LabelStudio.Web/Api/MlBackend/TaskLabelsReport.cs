namespace LabelStudio.Web.Api.MlBackend;

/// <summary>What became of the labels in Label Studio's tasks.</summary>
/// <param name="Saved">Images that have their label from there now.</param>
/// <param name="Unchanged">Images that had it already.</param>
/// <param name="Kept">Images that keep what was decided here.</param>
/// <param name="UnknownImages">Tasks whose picture this project does not have, or that could not be fetched in time.</param>
/// <param name="UnknownClasses">Tasks whose choice is no class of this project, or that have several where an image has one.</param>
/// <param name="Problem">Why no labels could be read; null: they were.</param>
internal sealed record TaskLabelsReport(int Saved, int Unchanged, int Kept, int UnknownImages, int UnknownClasses, string? Problem = null);
