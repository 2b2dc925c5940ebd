using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class LabelCellTests
{
    [Theory]
    [InlineData("Cat")]
    [InlineData("Cat", "Dog")]
    [InlineData("a|b", "a", "b")]
    [InlineData("back\\slash", "at the end\\", "\\|")]
    [InlineData("\\No class")]
    [InlineData("no Class")]
    [InlineData("No class", "Cat")]
    [InlineData("=1+1", "\"quoted\", and more", "🦉")]
    [InlineData]
    public void Names_OfAText_AreThoseItWasMadeOf(params string[] names) => Assert.Equal(names, LabelCell.Names(LabelCell.Text(names)));

    [Theory]
    [InlineData("no class", new string[0])]
    [InlineData(" Cat | Dog |", new[] { "Cat", "Dog" })]
    [InlineData(@"C:\pictures", new[] { @"C:\pictures" })]
    [InlineData(@"\no class", new[] { "no class" })]
    [InlineData("", null)]
    [InlineData(" | ", null)]
    public void Names_OfWhatAPersonWrote_AreTakenAsMeant(string text, string[]? names) => Assert.Equal(names, LabelCell.Names(text));
}
