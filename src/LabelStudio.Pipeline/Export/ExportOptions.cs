namespace LabelStudio.Pipeline.Export;

/// <summary>What goes into an export besides the labelled images of classes in use.</summary>
public sealed record ExportOptions(bool IncludeUnlabelled = false, bool IncludeImages = true, bool SplitFolders = true);
