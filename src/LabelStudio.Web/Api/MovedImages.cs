namespace LabelStudio.Web.Api;

public sealed record MovedImages(int Count);
