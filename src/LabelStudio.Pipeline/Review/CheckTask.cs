namespace LabelStudio.Pipeline.Review;

/// <summary>A label to look at again.</summary>
public sealed record CheckTask(
    long ImageId, string Sha256, string FileName, Guid ClassId, int LabelVersion, Guid? LabelledBy, string? LabelledByName, DateTime? LabelledUtc);
