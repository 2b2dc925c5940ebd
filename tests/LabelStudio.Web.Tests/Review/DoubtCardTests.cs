using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Review;

public sealed class DoubtCardTests : BunitContext
{
    [Fact]
    public void Card_ADoubt_ShowsBothClassesWithTheirProbabilities()
    {
        var card = Show(canLabel: true, _ => { });

        var sides = card.FindAll(".side");
        Assert.Equal(2, sides.Count);
        Assert.Contains("shirt", sides[0].TextContent, StringComparison.Ordinal);
        Assert.Contains(Figures.Percent(0.05, 0), sides[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("t-shirt", sides[1].TextContent, StringComparison.Ordinal);
        Assert.Contains(Figures.Percent(0.8, 0), sides[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("images/7/view", card.Find("figure img").GetAttribute("src"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keep", LabelVerdict.Keep)]
    [InlineData("take", LabelVerdict.Take)]
    [InlineData("discard", LabelVerdict.Discard)]
    public void Buttons_Pressed_GiveTheirVerdict(string button, LabelVerdict expected)
    {
        LabelVerdict? given = null;
        var card = Show(canLabel: true, verdict => given = verdict);

        card.Do(() => card.Find($"[data-testid={button}]").Click());

        Assert.Equal(expected, given);
    }

    [Fact]
    public void Buttons_NameTheirClassAndKey()
    {
        var card = Show(canLabel: true, _ => { });

        Assert.Equal("Keep shirt K", card.Find("[data-testid=keep]").TextContent.Trim());
        Assert.Equal("Take t-shirt Enter", card.Find("[data-testid=take]").TextContent.Trim());
    }

    [Fact]
    public void Card_WithoutTheRightToLabel_HasNoButtons()
    {
        Assert.Empty(Show(canLabel: false, _ => { }).FindAll("button"));
    }

    private IRenderedComponent<DoubtCard> Show(bool canLabel, Action<LabelVerdict> onVerdict) => Render<DoubtCard>(p => p
        .Add(card => card.Doubt, DoubtQueueTests.Doubt(7))
        .Add(card => card.Given, Class("shirt"))
        .Add(card => card.Suggested, Class("t-shirt"))
        .Add(card => card.CanLabel, canLabel)
        .Add(card => card.OnVerdict, onVerdict));

    internal static ClassInfo Class(string name, Guid? id = null) =>
        new(id ?? Guid.NewGuid(), name, "#336699", null, 0, "", false, null, DateTime.UnixEpoch, 1, 10);
}
