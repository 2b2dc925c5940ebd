using LabelStudio.Learning.Memory;

namespace LabelStudio.Learning.Tests.Memory;

public sealed class ExemplarMemoryTests
{
    // Directions at 0, 5, 10 and 90 degrees, each of another length: length must not matter. Their mean lies at 23 degrees.
    private static readonly float[] s_embeddings =
        [.. new[] { (0, 1.0), (5, 3.0), (10, 0.5), (90, 2.0) }.SelectMany(item => (float[])[
            (float)(item.Item2 * Math.Cos(item.Item1 * Math.PI / 180)), (float)(item.Item2 * Math.Sin(item.Item1 * Math.PI / 180))])];

    /// <summary>By hand: after 10 and 5 degrees the mean of three is nearest the class's with 90, not with 0.</summary>
    [Theory]
    [InlineData(RehearsalMemory.Herding, 4, new[] { 2, 1, 3, 0 })]
    [InlineData(RehearsalMemory.Herding, 3, new[] { 2, 1, 3 })]
    [InlineData(RehearsalMemory.NearestMean, 4, new[] { 2, 1, 0, 3 })]
    [InlineData(RehearsalMemory.NearestMean, 9, new[] { 2, 1, 0, 3 })]
    [InlineData(RehearsalMemory.All, 1, new[] { 0, 1, 2, 3 })]
    public void Choose_FourDirections_TakesTheRowsOfTheHandMadeCase(RehearsalMemory memory, int budget, int[] expected) =>
        Assert.Equal(expected, ExemplarMemory.Choose(memory, s_embeddings, 2, budget, new Random(1)));

    [Fact]
    public void Choose_Random_DrawsAnotherSetForAnotherSeedAndTheSameForTheSame()
    {
        var embeddings = new float[200];

        int[] Draw(int seed) => ExemplarMemory.Choose(RehearsalMemory.Random, embeddings, 2, 10, new Random(seed));

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
        Assert.Equal(10, Draw(1).Distinct().Count());
    }

    [Fact]
    public void Choose_NumbersOfNoWholeEmbedding_Throws() =>
        Assert.Throws<ArgumentException>(() => ExemplarMemory.Choose(RehearsalMemory.Herding, s_embeddings, 3, 1, new Random(1)));
}
