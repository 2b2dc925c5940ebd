using LabelStudio.Learning.Duplicates;

namespace LabelStudio.Learning.Tests.Duplicates;

public sealed class UnknownGroupsTests
{
    private const int Size = 64;

    [Fact]
    public void Find_OneClassWithheld_ProposesItsImages()
    {
        var kinds = Enumerable.Range(0, 400).Select(image => image % 5).ToArray();
        int[] classOf = [.. kinds.Select((kind, image) => kind == 4 || image % 4 > 0 ? -1 : kind)];

        var groups = Find(classOf, kinds);

        Assert.NotEmpty(groups);
        Assert.True(groups[0].Length >= 20, $"{groups[0].Length} images");
        Assert.True(groups[0].Count(image => kinds[image] == 4) >= 0.9 * groups[0].Length);
        Assert.All(groups, group => Assert.All(group, image => Assert.True(classOf[image] < 0)));
        Assert.Equal(groups.Sum(group => group.Length), groups.SelectMany(group => group).Distinct().Count());
    }

    [Fact]
    public void Find_EveryKindHasAClass_ProposesNoLargeGroup()
    {
        var kinds = Enumerable.Range(0, 400).Select(image => image % 4).ToArray();

        var groups = Find([.. kinds.Select((kind, image) => image / 4 % 4 > 0 ? -1 : kind)], kinds);

        Assert.True(groups.Sum(group => group.Length) < 60, $"{groups.Sum(group => group.Length)} images of 300");
    }

    [Fact]
    public void Find_FewerThanTwoClassesWithLabels_ProposesNothing()
    {
        var kinds = Enumerable.Range(0, 40).Select(image => image % 2).ToArray();

        Assert.Empty(Find([.. kinds.Select((kind, image) => kind == 0 || image < 8 ? kind : -1)], kinds));
        Assert.Empty(Find([], []));
    }

    private static IReadOnlyList<int[]> Find(int[] classOf, int[] kinds)
    {
        var centres = Enumerable.Range(0, 5).Select(kind => Numbers(kind + 100, 1)).ToArray();
        var embeddings = kinds.Select((kind, image) => centres[kind].Zip(Numbers(image + 1000, 0.8f), (c, n) => c + n).ToArray()).ToArray();
        return UnknownGroups.Find(classOf, Size, image => embeddings[image], seed: 1, TestContext.Current.CancellationToken);
    }

    private static float[] Numbers(int seed, float scale)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Size).Select(_ => (float)random.NextDouble() * scale)];
    }
}
