using LabelStudio.Learning.Duplicates;

namespace LabelStudio.Learning.Tests.Duplicates;

public sealed class NearDuplicateSearchTests
{
    private const int Size = 64;
    private static readonly NearDuplicateOptions Options = new(MostHashBits: 4, LeastCosineOfHashPair: 0.5, LeastCosine: 0.95);

    [Fact]
    public void Find_NearlyEqualEmbeddings_GroupsExactlyThose()
    {
        var random = new Random(1);
        var embeddings = Enumerable.Range(0, 200).Select(_ => Draw(random)).ToArray();
        embeddings[17] = Near(embeddings[3], random);
        embeddings[90] = Near(embeddings[3], random);
        embeddings[120] = Near(embeddings[119], random);

        var sets = Find(new PerceptualHash?[200], embeddings);

        Assert.Equal([[3, 17, 90], [119, 120]], sets);
    }

    [Fact]
    public void Find_EqualHashesWithoutEmbedding_AreGrouped()
    {
        PerceptualHash?[] hashes = [new(0b1111), null, new(0b0111), new(ulong.MaxValue)];

        var sets = Find(hashes, [[], [], [], []]);

        Assert.Equal([[0, 2]], sets);
    }

    [Fact]
    public void Find_EqualHashesWithContradictingEmbeddings_AreNotGrouped()
    {
        var random = new Random(2);
        var embeddings = Enumerable.Range(0, 60).Select(_ => Draw(random)).ToArray();
        var hashes = embeddings.Select((_, image) => (PerceptualHash?)new PerceptualHash(image < 2 ? 1UL : (ulong)random.NextInt64())).ToArray();

        Assert.Empty(Find(hashes, embeddings));
    }

    [Fact]
    public void Find_NoImages_IsEmpty()
    {
        Assert.Empty(Find([], []));
    }

    private static IReadOnlyList<int[]> Find(PerceptualHash?[] hashes, float[][] embeddings) =>
        NearDuplicateSearch.Find(hashes, Size, image => embeddings[image], Options, TestContext.Current.CancellationToken);

    private static float[] Draw(Random random) => [.. Enumerable.Range(0, Size).Select(_ => random.NextSingle())];

    private static float[] Near(float[] embedding, Random random) => [.. embedding.Select(value => value + (0.02f * random.NextSingle()))];
}
