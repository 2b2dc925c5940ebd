using LabelStudio.Learning.Heads;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Heads;

/// <summary>Cat, dog, "dog + cat", bird, "no class", and all three.</summary>
public sealed class CombinedRowsTests
{
    private static readonly Guid[] s_ids = [.. Enumerable.Range(1, 6).Select(number => new Guid(number, 0, 0, new byte[8]))];
    private static readonly ClassIndexMap s_labels = ClassIndexMap.Of(s_ids);
    private static readonly Dictionary<Guid, Guid[]> s_members = new() { [s_ids[2]] = [s_ids[1], s_ids[0]], [s_ids[4]] = [], [s_ids[5]] = [s_ids[0], s_ids[1], s_ids[3]] };
    private static readonly CombinedRows s_rows = CombinedRows.Of(s_labels, s_members.GetValueOrDefault)!;

    [Fact]
    public void Of_OnlyClasses_IsNull() => Assert.Null(CombinedRows.Of(s_labels, _ => null));

    [Fact]
    public void Of_CombinationOfAClassThatIsNotThere_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => CombinedRows.Of(ClassIndexMap.Of(s_ids[1..3]), s_members.GetValueOrDefault));
        // Nor is a combination made of combinations.
        Assert.Throws<ArgumentException>(() => CombinedRows.Of(s_labels, id => id == s_ids[0] ? [s_ids[2]] : s_members.GetValueOrDefault(id)));
    }

    [Fact]
    public void ClassesOf_ClassAndCombination_AreTheIndicesOfTheClasses()
    {
        Assert.Equal([0, 1, 3], s_rows.ClassIndices);
        Assert.Equal<IReadOnlyList<int>>([[0], [1], [0, 1], [3], [], [0, 1, 3]], [.. Enumerable.Range(0, 6).Select(s_rows.ClassesOf)]);
        Assert.Equal([0, 1], s_rows.Shown([2, 4]).Order());
    }

    [Fact]
    public void WithSums_Combinations_AreTheSumsOfTheirClassesRows()
    {
        var head = new LinearHead(s_labels, 2, [1, 2, 10, 20, 7, 7, 100, 200, 7, 7, 7, 7], [0.5f, 1, 9, 2, 9, 9]);

        var tied = s_rows.WithSums(head, from: 0);
        var later = s_rows.WithSums(head, from: 3);

        Assert.Equal([1, 2, 10, 20, 11, 22, 100, 200, 0, 0, 111, 222], tied.Weight);
        Assert.Equal([0.5f, 1, 1.5f, 2, 0, 3.5f], tied.Bias);
        Assert.Equal([7, 7], later.Row(2).ToArray());
        Assert.Equal([111, 222], later.Row(5).ToArray());
        Assert.Equal([7, 7], head.Row(5).ToArray());
    }

    [Fact]
    public void Logits_OfATiedHead_AreTheSumsOfItsClassesLogits()
    {
        var random = new Random(3);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var tied = s_rows.Head(Numbers(3 * 1280), Numbers(3));
        var (embeddings, logits) = (Numbers(20 * 1280), new float[20 * 6]);

        tied.Logits(embeddings, 20, logits);

        for (var row = 0; row < 20; row++)
        {
            var of = logits.AsSpan(row * 6, 6);
            Assert.Equal(of[0] + of[1], of[2], 1e-4f);
            Assert.Equal(0, of[4]);
            Assert.Equal(of[0] + of[1] + of[3], of[5], 1e-4f);
        }
    }

    /// <summary>What a run gives back is what the next one starts from, bit for bit.</summary>
    [Fact]
    public void Head_OfATiedHeadsClassRows_IsThatHead()
    {
        var random = new Random(4);
        var tied = s_rows.Head([.. Enumerable.Range(0, 3 * 64).Select(_ => (float)random.NextDouble() / 3)], [0.1f, 0.2f, 0.7f]);
        var (weight, bias) = s_rows.ClassRows(tied);

        var again = s_rows.Head(weight, bias);

        Assert.Equal(tied.Weight, again.Weight);
        Assert.Equal(tied.Bias, again.Bias);
    }

    [Fact]
    public void Membership_IsOneWhereALabelShowsAClass()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal([1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1], s_rows.Membership().data<float>().ToArray());
    }

    /// <summary>30 images of a class alone and 10 with others share what the class has: 40 in all, of which 8 may stay.</summary>
    [Fact]
    public void Shares_OfACombination_AreTakenFromItsClasses()
    {
        var shares = s_rows.Shares(8, new Dictionary<int, int> { [0] = 30, [2] = 9, [3] = 100, [4] = 50, [5] = 1 });

        // "Dog" never stands alone, so that 9 of its 10 images are "dog + cat": it needs them.
        Assert.Equal((6, 8, 8, 8, 1), (shares[0], shares[2], shares[3], shares[4], shares[5]));
    }
}
