namespace LabelStudio.Learning.Duplicates;

/// <summary>How alike two images must be to count as near-duplicates.</summary>
/// <param name="MostHashBits">Perceptual hashes differ in at most this many bits and the embeddings do not contradict.</param>
/// <param name="LeastCosine">Embeddings agree by at least this cosine, whatever the hashes say.</param>
/// <param name="LeastCosineOfHashPair">Embeddings below this cosine contradict equal hashes: the same shape in other colours, or pictures without detail.</param>
public sealed record NearDuplicateOptions(int MostHashBits, double LeastCosine, double LeastCosineOfHashPair)
{
    /// <summary>Set on photographs of clothing that were saved again, resized and made brighter: all were found, and no pair of different pictures.</summary>
    public static NearDuplicateOptions Default { get; } = new(MostHashBits: 8, LeastCosine: 0.9, LeastCosineOfHashPair: 0.6);
}
