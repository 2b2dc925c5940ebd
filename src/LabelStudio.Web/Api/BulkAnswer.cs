namespace LabelStudio.Web.Api;

/// <param name="Count">Images changed.</param>
/// <param name="LeftOut">Images that somebody decided upon meanwhile, and that were left alone.</param>
public sealed record BulkAnswer(int Count, IReadOnlyList<long>? LeftOut = null);
