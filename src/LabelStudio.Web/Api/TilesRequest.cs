namespace LabelStudio.Web.Api;

/// <param name="WithSuggestions">Also what the model thinks each image shows.</param>
public sealed record TilesRequest(IReadOnlyList<long> Ids, bool WithSuggestions);
