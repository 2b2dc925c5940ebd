using LabelStudio.Learning.LabelOrder;
using LabelStudio.Learning.Tests.Heads;

namespace LabelStudio.Learning.Tests.LabelOrder;

public sealed class LabelOrderingTests
{
    [Fact]
    public void Diverse_TightGroups_GivesOneRowOfEach()
    {
        var data = new RandomEmbeddings(6, 48, seed: 1);
        var centres = Enumerable.Range(0, 6).Select(data.Next).ToArray();
        var random = new Random(2);
        var embeddings = Enumerable.Range(0, 600)
            .Select(row => centres[row % 6].Select(value => value + ((float)random.NextDouble() * 0.01f)).ToArray()).ToArray();

        var rows = LabelOrdering.Diverse(row => embeddings[row], 600, centres: 6, seed: 3, TestContext.Current.CancellationToken);

        Assert.Equal(6, rows.Select(row => row % 6).Distinct().Count());
    }

    [Fact]
    public void Diverse_SameSeed_GivesTheSameRows()
    {
        var (embeddings, _) = new RandomEmbeddings(4, 32, seed: 4).Many(500);
        int[] Rows(int seed) => LabelOrdering.Diverse(row => embeddings.AsMemory(row * 32, 32), 500, 20, seed, TestContext.Current.CancellationToken);

        var rows = Rows(1);

        Assert.Equal(rows, Rows(1));
        Assert.NotEqual(rows, Rows(2));
        Assert.Equal(rows.Length, rows.Distinct().Count());
        Assert.InRange(rows.Length, 15, 20);
    }

    [Fact]
    public void Diverse_FewerRowsThanCentres_GivesAll()
    {
        var (embeddings, _) = new RandomEmbeddings(2, 8, seed: 5).Many(3);

        Assert.Equal([0, 1, 2], LabelOrdering.Diverse(row => embeddings.AsMemory(row * 8, 8), 3, 20, 1, TestContext.Current.CancellationToken));
        Assert.Empty(LabelOrdering.Diverse(row => embeddings.AsMemory(row * 8, 8), 0, 20, 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Diverse_AllRowsEqual_GivesOneOrMoreRows()
    {
        var embedding = new RandomEmbeddings(1, 8, seed: 5).Next(0);

        Assert.NotEmpty(LabelOrdering.Diverse(_ => embedding, 50, 5, 1, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Groups_TightGroups_AreFoundWholeTheLargestFirst()
    {
        var data = new RandomEmbeddings(3, 48, seed: 1);
        var centres = Enumerable.Range(0, 3).Select(data.Next).ToArray();
        var random = new Random(2);
        int[] kinds = [.. Enumerable.Repeat(0, 40), .. Enumerable.Repeat(1, 70), .. Enumerable.Repeat(2, 10)];
        var embeddings = kinds.Select(kind => centres[kind].Select(value => value + ((float)random.NextDouble() * 0.01f)).ToArray()).ToArray();

        var groups = LabelOrdering.Groups(row => embeddings[row], 120, centres: 3, seed: 3, TestContext.Current.CancellationToken);

        Assert.Equal([70, 40, 10], groups.Select(rows => rows.Length));
        Assert.All(groups, rows => Assert.Single(rows.Select(row => kinds[row]).Distinct()));
        Assert.Empty(LabelOrdering.Groups(row => embeddings[row], 0, 3, 3, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AllDiverse_BeginsAsDiverseAndDealsTheGroupsInTurn()
    {
        var data = new RandomEmbeddings(5, 48, seed: 1);
        var centres = Enumerable.Range(0, 5).Select(data.Next).ToArray();
        var random = new Random(2);
        var embeddings = Enumerable.Range(0, 100)
            .Select(row => centres[row % 5].Select(value => value + ((float)random.NextDouble() * 0.01f)).ToArray()).ToArray();

        var rows = LabelOrdering.AllDiverse(row => embeddings[row], 100, centres: 5, seed: 3, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 100), rows.Order());
        Assert.Equal(LabelOrdering.Diverse(row => embeddings[row], 100, 5, 3, TestContext.Current.CancellationToken), rows[..5]);
        Assert.All(rows.Chunk(5), round => Assert.Equal(5, round.Select(row => row % 5).Distinct().Count()));
    }

    [Fact]
    public void MostUncertain_NoSpread_SortsByMarginAndPutsNaNLast()
    {
        var order = LabelOrdering.MostUncertain([0.5f, float.NaN, 0.1f, 0.3f], _ => new float[] { 1 }, spread: 0);

        Assert.Equal([2, 3, 0, 1], order);
    }

    [Fact]
    public void MostUncertain_Spread_TakesTheFarthestNextAndLeavesTheRest()
    {
        // Rows 0 and 1 are alike, row 2 is different: it comes second though its margin is greater.
        float[][] embeddings = [[1, 0, 0.01f], [1, 0.01f, 0], [0, 1, 0], [0, 0, 1]];

        var order = LabelOrdering.MostUncertain([0.1f, 0.2f, 0.3f, 0.4f], row => embeddings[row], spread: 3);

        Assert.Equal([0, 2, 1, 3], order);
    }

    [Fact]
    public void MostUncertain_NoRows_IsEmpty() => Assert.Empty(LabelOrdering.MostUncertain([], _ => default, spread: 10));
}
