namespace LabelStudio.Web.Api;

/// <param name="Count">Images changed.</param>
public sealed record BulkAnswer(int Count);
