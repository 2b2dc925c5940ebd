using LabelStudio.Learning.LabelOrder;

namespace LabelStudio.Learning.Tests.LabelOrder;

public sealed class MixedOrdersTests
{
    private static readonly long[] Ids = [.. Enumerable.Range(1, 1000).Select(id => (long)id)];

    [Fact]
    public void Interleave_SpreadsTheSecondEvenly() =>
        Assert.Equal([1, 2, 3, 4, -1, 5, 6, -2], MixedOrders.Interleave([1, 2, 3, 4, 5, 6], [-1, -2]));

    [Theory]
    [InlineData(30)]
    [InlineData(49)]
    [InlineData(1)]
    public void WithRandomShare_HasTheExactShareInEveryHundred(int percent)
    {
        // Ids of the draw's front are known: those of them that the order has not reached yet were drawn.
        var drawn = MixedOrders.Shuffled(Ids, seed: 1)[..percent];

        var mixed = MixedOrders.WithRandomShare(Ids, percent, seed: 1);

        Assert.Equal(Ids, mixed.Order());
        Assert.Equal(1, mixed[0]);
        Assert.Subset(mixed[..100].ToHashSet(), drawn.ToHashSet());
        Assert.Subset(mixed[..100].ToHashSet(), Ids[..(100 - percent)].ToHashSet());
    }

    [Fact]
    public void WithRandomShare_ThirtyOfTen_PutsTheDrawnAtTheSamePlaces()
    {
        var drawn = MixedOrders.Shuffled(Ids, seed: 5);

        var mixed = MixedOrders.WithRandomShare(Ids, 30, seed: 5);

        Assert.Equal([1, drawn[0], 2, 3, drawn[1], 4, 5, 6, drawn[2], 7], mixed[..10]);
    }

    [Fact]
    public void WithRandomShare_NoneOrAll_IsTheOrderOrTheDraw()
    {
        Assert.Equal(Ids, MixedOrders.WithRandomShare(Ids, 0, seed: 1));
        Assert.Equal(MixedOrders.Shuffled(Ids, 1), MixedOrders.WithRandomShare(Ids, 100, seed: 1));
        Assert.Empty(MixedOrders.WithRandomShare([], 30, seed: 1));
    }

    [Fact]
    public void Shuffled_SameSeed_IsTheSameAndSurvivesWhatIsTakenOut()
    {
        var shuffled = MixedOrders.Shuffled(Ids, seed: 3);

        Assert.Equal(Ids, shuffled.Order());
        Assert.NotEqual(shuffled, MixedOrders.Shuffled(Ids, seed: 4));
        Assert.Equal(shuffled.Where(id => id % 3 != 0), MixedOrders.Shuffled([.. Ids.Where(id => id % 3 != 0)], seed: 3));
    }

    [Fact]
    public void ClassBalanced_PoorestClassFirst_ThenInTurn()
    {
        // Rows 0..5, most useful first; class 0 has 5 labels, class 1 has 3, class 2 has 4.
        int[] predicted = [0, 0, 1, 2, 1, 1];

        var order = MixedOrders.ClassBalanced([0, 1, 2, 3, 4, 5], predicted, [5, 3, 4]);

        // Class 1 (3 labels): row 2 → 4. Then 1 and 2 have 4: row 4 (lower index) → 5, row 3 → 5. Then 0 and 1 have 5: row 0, row 5, row 1.
        Assert.Equal([2, 4, 3, 0, 5, 1], order);
    }

    [Fact]
    public void ClassBalanced_NoRows_IsEmpty() => Assert.Empty(MixedOrders.ClassBalanced([], [], [1, 2]));
}
