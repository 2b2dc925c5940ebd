namespace LabelStudio.Web.Api;

/// <summary>A picture as it came in; without bytes its base64 could not be read.</summary>
internal sealed record SentImage(string? Name, byte[]? Content);
