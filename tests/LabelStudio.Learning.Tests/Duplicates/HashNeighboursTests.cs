using System.Numerics;
using LabelStudio.Learning.Duplicates;

namespace LabelStudio.Learning.Tests.Duplicates;

public sealed class HashNeighboursTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    public void Within_DrawnHashes_FindsExactlyThePairsOfAFullSearch(int distance)
    {
        var hashes = Draw(300, seed: distance);
        var expected =
            from first in Enumerable.Range(0, hashes.Length)
            from second in Enumerable.Range(first + 1, hashes.Length - first - 1)
            where BitOperations.PopCount(hashes[first] ^ hashes[second]) <= distance
            select (first, second);

        var pairs = HashNeighbours.Within(distance, hashes, TestContext.Current.CancellationToken);

        Assert.Equal(expected, pairs);
        Assert.NotEmpty(pairs);
    }

    /// <summary>Thirds: a drawn hash, the same, the same with a few bits turned.</summary>
    private static ulong[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        var hashes = new ulong[count];
        for (var index = 0; index < count; index += 3)
        {
            hashes[index] = hashes[index + 1] = hashes[index + 2] = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            for (var turn = random.Next(16); turn > 0; turn--)
            {
                hashes[index + 2] ^= 1UL << random.Next(64);
            }
        }

        return hashes;
    }
}
