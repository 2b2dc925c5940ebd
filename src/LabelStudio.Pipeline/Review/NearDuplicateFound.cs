namespace LabelStudio.Pipeline.Review;

/// <summary>The outcome of one search: image ids of each set, and how far it looked.</summary>
internal sealed record NearDuplicateFound(IReadOnlyList<long[]> Sets, int Compared, int Unreadable, long LastImageId);
