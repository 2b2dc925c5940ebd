namespace LabelStudio.Web.Api;

/// <summary>A picture inside JSON.</summary>
/// <param name="Content">The picture file's bytes in base64; a prefix as in "data:image/png;base64," may stand before them.</param>
/// <param name="Name">Comes back with the answer.</param>
public sealed record PredictImageBody(string Content, string? Name = null);
