namespace LabelStudio.Learning.Tests.Heads;

/// <summary>Seeded embeddings like a backbone's: not negative, a quarter zeros, classes that overlap.</summary>
internal sealed class RandomEmbeddings
{
    private readonly Random _random;
    private readonly float[][] _centres;

    public RandomEmbeddings(int classes, int size, int seed)
    {
        _random = new Random(seed);
        Size = size;
        ClassIds = [.. Enumerable.Range(1, classes).Select(number => new Guid(number, 0, 0, new byte[8]))];
        _centres = [.. ClassIds.Select(_ => Enumerable.Range(0, size).Select(_ => (float)(_random.NextDouble() * 1.5)).ToArray())];
    }

    public int Size { get; }

    public Guid[] ClassIds { get; }

    public float[] Next(int classIndex) =>
        [.. _centres[classIndex].Select(centre => Math.Max(0, (float)(centre + ((_random.NextDouble() - 0.6) * 3))))];

    public (float[] Embeddings, int[] Targets) Many(int count)
    {
        var targets = new int[count];
        var embeddings = new float[count * Size];
        for (var row = 0; row < count; row++)
        {
            targets[row] = row % ClassIds.Length;
            Next(targets[row]).CopyTo(embeddings, row * Size);
        }

        return (embeddings, targets);
    }
}
