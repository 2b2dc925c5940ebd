using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Duplicates;

/// <summary>
/// Says how far each image lies from its like: the mean cosine distance of its embedding to its nearest neighbours of the
/// same group. A group's images are compared with at most <see cref="MostReferences"/> of it, so that the work grows only
/// with the number of images. Source: Ramaswamy, Rastogi and Shim 2000, outliers by distance to nearest neighbours.
/// </summary>
public static class Outliers
{
    /// <summary>10 neighbours: a handful of equally odd images still stands out.</summary>
    public const int DefaultNeighbours = 10;

    /// <summary>Images of a group that stand for it; a seeded draw from larger groups.</summary>
    public const int MostReferences = 500;

    /// <summary>Distance of each image to its neighbours, [N], 0 (like them) to 1; 0 for an image alone in its group. Repeatable; uses all cores.</summary>
    /// <param name="groups">Number of the group of each image, [N]: its class, say.</param>
    /// <param name="embedding">Raw embedding of an image by position, float32 [D], all equally long.</param>
    /// <param name="neighbours">Neighbours to average over, at least 1.</param>
    /// <param name="seed">Draws the images that stand for a large group.</param>
    /// <param name="stop">Ends the work early by <see cref="OperationCanceledException"/>.</param>
    public static double[] Scores(
        IReadOnlyList<int> groups, Func<int, ReadOnlyMemory<float>> embedding, int neighbours, int seed, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(neighbours);
        var (scores, random) = (new double[groups.Count], new Random(seed));
        foreach (var group in Enumerable.Range(0, groups.Count).GroupBy(image => groups[image]).OrderBy(group => group.Key))
        {
            var members = group.ToArray();
            var drawn = members.ToArray();
            random.Shuffle(drawn);
            var references = drawn.Take(MostReferences).Select(image => (Image: image, Row: UnitRoot(embedding(image)))).ToArray();
            Parallel.ForEach(members, new ParallelOptions { CancellationToken = stop }, image =>
            {
                var own = UnitRoot(embedding(image));
                var nearest = references
                    .Where(reference => reference.Image != image)
                    .Select(reference => 1.0 - TensorPrimitives.Dot<float>(own, reference.Row))
                    .Order().Take(neighbours);
                scores[image] = Math.Clamp(nearest.DefaultIfEmpty(0).Average(), 0, 1);
            });
        }

        return scores;
    }

    private static float[] UnitRoot(ReadOnlyMemory<float> embedding)
    {
        var row = new float[embedding.Length];
        UnitRootEmbedding.Write(embedding.Span, row);
        return row;
    }
}
