namespace LabelStudio.Learning.Duplicates;

/// <summary>Groups images that show the same picture: copies, other sizes, slight edits, shots of one burst.</summary>
public static class NearDuplicateSearch
{
    /// <summary>Embeddings are compared about their mean: of fewer images it would be too much of each of them.</summary>
    private const int LeastEmbedded = 50;

    /// <summary>
    /// The sets of two or more near-duplicates: positions ascending, sets by their first image. Two images are in one set
    /// when a chain of near-duplicates joins them. Repeatable; uses all cores.
    /// </summary>
    /// <param name="hashes">Perceptual hash of each image, [N], or null where there is none.</param>
    /// <param name="embeddingSize">Numbers in one embedding.</param>
    /// <param name="embedding">Raw embedding of an image by position, or an empty one where there is none.</param>
    /// <param name="options">How alike is alike.</param>
    /// <param name="stop">Ends the search early by <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<int[]> Find(
        IReadOnlyList<PerceptualHash?> hashes,
        int embeddingSize,
        Func<int, ReadOnlyMemory<float>> embedding,
        NearDuplicateOptions options,
        CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(options);
        var embedded = Enumerable.Range(0, hashes.Count).Where(image => embedding(image).Length > 0).ToArray();
        embedded = embedded.Length < LeastEmbedded ? [] : embedded;
        var centred = CentredEmbeddings.Of(embedded.Length, embeddingSize, position => embedding(embedded[position]), stop);
        var sets = new UnionFind(hashes.Count);
        foreach (var (first, second) in HashPairs(hashes, options.MostHashBits, stop))
        {
            var (one, other) = (Array.BinarySearch(embedded, first), Array.BinarySearch(embedded, second));
            if (one < 0 || other < 0 || centred.Cosine(one, other) >= options.LeastCosineOfHashPair)
            {
                sets.Join(first, second);
            }
        }

        foreach (var (first, second) in EmbeddingNeighbours.Of(centred, stop).AtLeast(options.LeastCosine, stop))
        {
            sets.Join(embedded[first], embedded[second]);
        }

        return sets.Sets();
    }

    private static IEnumerable<(int First, int Second)> HashPairs(
        IReadOnlyList<PerceptualHash?> hashes, int mostBits, CancellationToken stop)
    {
        var hashed = Enumerable.Range(0, hashes.Count).Where(image => hashes[image] is not null).ToArray();
        ulong[] bits = [.. hashed.Select(image => hashes[image]!.Value.Bits)];
        return HashNeighbours.Within(mostBits, bits, stop).Select(pair => (hashed[pair.First], hashed[pair.Second]));
    }
}
