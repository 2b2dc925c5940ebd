namespace LabelStudio.Pipeline.Features;

/// <summary>How far the embeddings of a project are.</summary>
/// <param name="Done">Images that have their embedding.</param>
/// <param name="Total">Images of the project.</param>
/// <param name="Refused">Images whose embedding could not be computed.</param>
/// <param name="ImagesPerSecond">Speed of the last batches; 0 while nothing is computed.</param>
/// <param name="SecondsLeft">Expected seconds until all are done; null while nothing is computed.</param>
public sealed record FeatureProgress(int Done, int Total, int Refused, double ImagesPerSecond, double? SecondsLeft)
{
    /// <summary>Why nothing can be computed now; null: all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// The promoted model whose backbone all images are read again for, as people call it; the embeddings of the backbone
    /// before serve until it is done. Null: no such rebuild is going on.
    /// </summary>
    public string? RebuildingFor { get; init; }

    /// <summary>Nothing is left to compute.</summary>
    public bool IsComplete => Done + Refused >= Total;
}
