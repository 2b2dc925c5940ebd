using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Classes;

namespace LabelStudio.Web.Tests.Classes;

public sealed class ClassKeysTests
{
    private static readonly IReadOnlyDictionary<char, string> Usual = CommandKeys.TakenBy(new Dictionary<string, string[]>());
    private static readonly ClassInfo Hat = Class("hat", "1");
    private static readonly ClassInfo Coat = Class("coat", "k");
    private static readonly ClassInfo Old = Class("old", "2") with { IsArchived = true };

    [Theory]
    [InlineData(null)]
    [InlineData("3")]
    [InlineData("b")]
    [InlineData("2")]
    public void Problem_FreeKey_IsNone(string? key) => Assert.Null(ClassKeys.Problem(key, null, [Hat, Coat, Old], Usual));

    [Fact]
    public void Problem_KeyOfAnotherClass_NamesIt() => Assert.Contains("'coat'", ClassKeys.Problem("k", Hat.Id, [Hat, Coat], Usual), StringComparison.Ordinal);

    [Fact]
    public void Problem_OwnKey_IsNone() => Assert.Null(ClassKeys.Problem("1", Hat.Id, [Hat, Coat], Usual));

    [Theory]
    [InlineData("x")]
    [InlineData("u")]
    [InlineData("n")]
    [InlineData("f")]
    public void Problem_KeyOfACommand_IsSaid(string key) => Assert.NotNull(ClassKeys.Problem(key, null, [], Usual));

    [Fact]
    public void Problem_CommandRebound_FreesItsLetterAndTakesTheNewOne()
    {
        var commands = CommandKeys.TakenBy(new Dictionary<string, string[]> { ["discard"] = ["q"], ["undo"] = ["Ctrl+z", "b"] });

        Assert.Null(ClassKeys.Problem("x", null, [], commands));
        Assert.Contains("“discard”", ClassKeys.Problem("q", null, [], commands), StringComparison.Ordinal);
        Assert.Contains("“undo”", ClassKeys.Problem("b", null, [], commands), StringComparison.Ordinal);
        Assert.NotNull(ClassKeys.Problem("u", null, [], commands));
        Assert.NotNull(ClassKeys.Warning("x"));
        Assert.Null(ClassKeys.Warning("q"));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("ä")]
    [InlineData(" ")]
    [InlineData("A")]
    public void Problem_NotALetterOrDigit_IsSaid(string key) => Assert.NotNull(ClassKeys.Problem(key, null, [], Usual));

    [Fact]
    public void NextFree_DigitsTaken_GoesOnWithLetters()
    {
        var digits = "1234567890".Select(c => Class($"class {c}", c.ToString())).ToArray();

        Assert.Equal("2", ClassKeys.NextFree([Hat]));
        Assert.Equal("a", ClassKeys.NextFree(digits));
        Assert.Equal("b", ClassKeys.NextFree([.. digits, Class("a", "a")]));
    }

    [Fact]
    public void NextFreeColour_SomeTaken_IsAnother() => Assert.Equal(ClassColours.All[1], ClassColours.NextFree([ClassColours.All[0].ToUpperInvariant()]));

    private static ClassInfo Class(string name, string? hotkey) =>
        new(Guid.NewGuid(), name, "#112233", hotkey, 0, "", false, null, DateTime.UnixEpoch, 1, 0);
}
