namespace LabelStudio.Web.Api;

/// <param name="SimilarTo">Also how much each looks like this image.</param>
/// <param name="WithSuggestions">Also what the model thinks each image shows.</param>
public sealed record TilesRequest(IReadOnlyList<long> Ids, bool WithSuggestions, long? SimilarTo = null);
