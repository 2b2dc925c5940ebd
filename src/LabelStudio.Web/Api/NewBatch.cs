namespace LabelStudio.Web.Api;

/// <param name="UseFolderNames">The first folder of each file's path names its class.</param>
public sealed record NewBatch(string? Name, bool UseFolderNames);
