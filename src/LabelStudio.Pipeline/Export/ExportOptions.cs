namespace LabelStudio.Pipeline.Export;

/// <summary>What goes into an export besides the labelled images of classes in use.</summary>
/// <param name="IncludeUnlabelled">Images without a label too.</param>
/// <param name="IncludeImages">The pictures themselves, not only the table.</param>
/// <param name="SplitFolders">A folder for each split above those of the classes.</param>
/// <param name="KeepsLocation">Pictures go out with the place where they were taken, if their files hold it.</param>
public sealed record ExportOptions(bool IncludeUnlabelled = false, bool IncludeImages = true, bool SplitFolders = true, bool KeepsLocation = false);
