namespace LabelStudio.Web.Api;

public sealed record LeaseRequest(IReadOnlyList<long> ImageIds);
