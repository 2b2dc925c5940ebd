namespace LabelStudio.Web.Api;

/// <param name="Count">Images whose metadata was set.</param>
public sealed record ChangedMetadata(int Count);
