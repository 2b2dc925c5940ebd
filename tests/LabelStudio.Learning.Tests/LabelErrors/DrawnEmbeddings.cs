namespace LabelStudio.Learning.Tests.LabelErrors;

/// <summary>Seeded embeddings of a few classes: each class has its own mean, and images scatter about it.</summary>
internal static class DrawnEmbeddings
{
    internal const int Size = 16;

    /// <summary>Images of class c at rows c, c + classes, ..., never negative as real embeddings are.</summary>
    internal static float[][] Draw(int count, int classes, double scatter, int seed)
    {
        var random = new Random(seed);
        var means = Enumerable.Range(0, classes).Select(_ => Vector(random, 1)).ToArray();
        return [.. Enumerable.Range(0, count).Select(image => means[image % classes].Zip(Vector(random, scatter), (mean, noise) => Math.Abs(mean + noise - (float)(scatter / 2))).ToArray())];
    }

    private static float[] Vector(Random random, double scale) => [.. Enumerable.Range(0, Size).Select(_ => (float)(random.NextDouble() * scale))];
}
