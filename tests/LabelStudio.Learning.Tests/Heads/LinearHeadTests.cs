using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class LinearHeadTests
{
    private static readonly Guid[] s_ids = [.. Enumerable.Range(1, 5).Select(n => new Guid(n, 0, 0, new byte[8]))];

    [Fact]
    public void Logits_SeveralRows_AreWeightTimesEmbeddingPlusBias()
    {
        var head = new LinearHead(ClassIndexMap.Of(s_ids[..2]), 3, [1, 2, 3, -1, 0.5f, 0], [0.25f, -2]);
        var logits = new float[4];

        head.Logits([1, 1, 1, 2, 0, -1], 2, logits);

        Assert.Equal([6.25f, -2.5f, -0.75f, -4f], logits);
    }

    [Fact]
    public void GrowTo_MoreClasses_KeepsOldRowsAndOldLogitsBitForBit()
    {
        var random = new Random(7);
        var head = RandomHead(s_ids[..3], 37, random);
        var embeddings = Numbers(random, 11 * 37);

        var grown = head.GrowTo(head.Classes.Append(s_ids));

        Assert.Equal(Bits(head.Weight), Bits(grown.Weight[..(3 * 37)]));
        Assert.Equal(Bits(head.Bias), Bits(grown.Bias[..3]));
        float[] before = new float[11 * 3], after = new float[11 * 5];
        head.Logits(embeddings, 11, before);
        grown.Logits(embeddings, 11, after);
        for (var row = 0; row < 11; row++)
        {
            Assert.Equal(Bits(before[(row * 3)..((row * 3) + 3)]), Bits(after[(row * 5)..((row * 5) + 3)]));
        }
    }

    [Fact]
    public void GrowTo_NewClass_StartsAtZero()
    {
        var grown = RandomHead(s_ids[..2], 4, new Random(1)).GrowTo(ClassIndexMap.Of(s_ids[..3]));

        Assert.Equal(new float[4], grown.Row(2).ToArray());
        Assert.Equal(0, grown.Bias[2]);
    }

    [Fact]
    public void GrowTo_MapThatReordersOldClasses_Throws() =>
        Assert.Throws<ArgumentException>(() => RandomHead(s_ids[..2], 4, new Random(1)).GrowTo(ClassIndexMap.Of([s_ids[1], s_ids[0], s_ids[2]])));

    [Fact]
    public void Constructor_WeightOfWrongLength_Throws() =>
        Assert.Throws<ArgumentException>(() => new LinearHead(ClassIndexMap.Of(s_ids[..2]), 3, new float[5], new float[2]));

    private static LinearHead RandomHead(Guid[] ids, int size, Random random) =>
        new(ClassIndexMap.Of(ids), size, Numbers(random, ids.Length * size), Numbers(random, ids.Length));

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];

    private static int[] Bits(float[] numbers) => [.. numbers.Select(BitConverter.SingleToInt32Bits)];
}
