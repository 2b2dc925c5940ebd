using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Heads;

/// <summary>Seeded embeddings of images that show several classes, each of which adds something of its own: not negative, and noisy.</summary>
internal sealed class RandomSets
{
    private readonly Random _random;
    private readonly float[][] _parts;
    private readonly int[][] _sets;

    /// <param name="classes">How many classes; they are the first labels.</param>
    /// <param name="size">Numbers in one embedding.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <param name="sets">The combinations, as class indices.</param>
    public RandomSets(int classes, int size, int seed, params int[][] sets)
    {
        _random = new Random(seed);
        Size = size;
        _sets = [.. Enumerable.Range(0, classes).Select(index => (int[])[index]), .. sets];
        Ids = [.. Enumerable.Range(1, _sets.Length).Select(number => new Guid(number, 0, 0, new byte[8]))];
        // What everything shows, then what each class adds.
        _parts = [.. Enumerable.Range(0, classes + 1).Select(_ => Enumerable.Range(0, size).Select(_ => (float)(_random.NextDouble() * 1.5)).ToArray())];
    }

    public int Size { get; }

    public Guid[] Ids { get; }

    public IReadOnlyList<int[]> Sets => _sets;

    public ClassIndexMap Labels => ClassIndexMap.Of(Ids);

    public CombinedRows Combined => Of(Labels)!;

    /// <summary>The rows of a head of some of the labels.</summary>
    public CombinedRows? Of(ClassIndexMap labels) => CombinedRows.Of(labels, id => _sets[Array.IndexOf(Ids, id)] is { Length: not 1 } set ? [.. set.Select(index => Ids[index])] : null);

    /// <summary>So many images of each label; targets are their places in the list.</summary>
    public EmbeddingSet Draw(params int[] counts)
    {
        int[] targets = [.. counts.SelectMany((count, label) => Enumerable.Repeat(label, count))];
        _random.Shuffle(targets);
        return new EmbeddingSet(targets.Length, Size, [.. targets.SelectMany(label => Next(_sets[label]))], targets);
    }

    private float[] Next(int[] set)
    {
        var embedding = new float[Size];
        for (var index = 0; index < Size; index++)
        {
            var sum = _parts[0][index] + set.Sum(part => _parts[part + 1][index]);
            embedding[index] = Math.Max(0, (float)((sum / (1 + (0.5 * set.Length))) + ((_random.NextDouble() - 0.6) * 2)));
        }

        return embedding;
    }
}
