namespace LabelStudio.Pipeline.Features;

/// <summary>An image that may lack its embedding.</summary>
internal sealed record PendingImage(long Id, Guid ProjectId, string Sha256, string Extension);
