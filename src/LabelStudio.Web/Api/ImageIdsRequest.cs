namespace LabelStudio.Web.Api;

public sealed record ImageIdsRequest(IReadOnlyList<long> ImageIds);
