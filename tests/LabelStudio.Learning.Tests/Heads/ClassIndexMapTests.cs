using System.Text.Json;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class ClassIndexMapTests
{
    private static readonly Guid s_hat = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid s_shoe = Guid.Parse("00000000-0000-0000-0000-000000000002");
    private static readonly Guid s_shirt = Guid.Parse("00000000-0000-0000-0000-000000000003");

    [Fact]
    public void Append_NewAndKnownClasses_KeepsOldIndicesAndAddsOnlyNewOnes()
    {
        var map = ClassIndexMap.Of([s_hat, s_shoe]);

        var grown = map.Append([s_shoe, s_shirt, s_shirt]);

        Assert.Equal([s_hat, s_shoe, s_shirt], grown.ClassIds);
        Assert.Equal(2, grown.IndexOf(s_shirt));
        Assert.Equal(2, map.Count);
        Assert.True(map.IsPrefixOf(grown));
        Assert.False(grown.IsPrefixOf(map));
    }

    /// <summary>A run's classes are those with labels: a merged or archived one is missing from them until it returns.</summary>
    [Fact]
    public void Append_ClassMergedArchivedAndReturned_KeepsEveryIndexAndGivesNoneAway()
    {
        var (coat, sock) = (new Guid(4, 0, 0, new byte[8]), new Guid(5, 0, 0, new byte[8]));
        var first = ClassIndexMap.Of([s_hat, s_shoe, s_shirt]);

        var shoeMergedIntoHat = first.Append([s_hat, s_shirt, coat]);
        var hatArchived = shoeMergedIntoHat.Append([s_shirt, coat, sock]);
        var bothReturned = hatArchived.Append([s_shoe, s_hat, s_shirt, coat, sock]);

        Assert.Equal([s_hat, s_shoe, s_shirt, coat, sock], bothReturned.ClassIds);
        Assert.Equal(hatArchived, bothReturned);
        Assert.All([first, shoeMergedIntoHat, hatArchived], map => Assert.All(map.ClassIds, id => Assert.Equal(map.IndexOf(id), bothReturned.IndexOf(id))));
    }

    [Fact]
    public void IndexOf_UnknownClass_IsMinusOne() => Assert.Equal(-1, ClassIndexMap.Of([s_hat]).IndexOf(s_shoe));

    [Fact]
    public void Of_ClassGivenTwice_Throws() => Assert.Throws<ArgumentException>(() => ClassIndexMap.Of([s_hat, s_hat]));

    [Fact]
    public void Json_RoundTrip_IsAListInOrder()
    {
        var map = ClassIndexMap.Of([s_shoe, s_hat]);

        var json = JsonSerializer.Serialize(map);

        Assert.Equal($"[\"{s_shoe}\",\"{s_hat}\"]", json);
        Assert.Equal(map, JsonSerializer.Deserialize<ClassIndexMap>(json));
    }
}
