namespace LabelStudio.Web.Api;

public sealed record DeletedImages(int Count);
