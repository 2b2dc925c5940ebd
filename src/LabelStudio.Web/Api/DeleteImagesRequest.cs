namespace LabelStudio.Web.Api;

public sealed record DeleteImagesRequest(IReadOnlyList<long> ImageIds);
