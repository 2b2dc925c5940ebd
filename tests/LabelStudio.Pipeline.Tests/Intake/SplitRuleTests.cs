using System.Security.Cryptography;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class SplitRuleTests
{
    [Fact]
    public void SplitOf_ManyHashes_KeepsThePercentages()
    {
        var splits = Hashes(10_000).Select(hash => SplitRule.SplitOf(hash, 80, 10, 10)).ToList();

        // Four standard deviations of a binomial of 10,000.
        Assert.InRange(splits.Count(split => split == Split.Train), 7840, 8160);
        Assert.InRange(splits.Count(split => split == Split.Validation), 880, 1120);
    }

    [Fact]
    public void SplitOf_TheSameHash_IsTheSameForEver()
    {
        const string hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        Assert.Equal(Split.Train, SplitRule.SplitOf(hash, 80, 10, 10));
        Assert.Equal(Split.Test, SplitRule.SplitOf(hash, 1, 0, 99));
    }

    [Fact]
    public void SplitOf_WithoutTestImages_NeverGivesTest()
    {
        Assert.DoesNotContain(Split.Test, Hashes(2000).Select(hash => SplitRule.SplitOf(hash, 90, 10, 0)));
    }

    [Fact]
    public void SplitOf_IsIndependentOfTheStartOfTheHash()
    {
        var first = Hashes(10_000).Order(StringComparer.Ordinal).Take(1000).Select(hash => SplitRule.SplitOf(hash, 80, 10, 10));

        Assert.InRange(first.Count(split => split == Split.Train), 750, 850);
    }

    private static IEnumerable<string> Hashes(int count) => Enumerable.Range(0, count)
        .Select(number => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number))));
}
