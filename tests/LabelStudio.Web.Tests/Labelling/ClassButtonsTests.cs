using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Labelling;

namespace LabelStudio.Web.Tests.Labelling;

public sealed class ClassButtonsTests : BunitContext
{
    private static readonly ClassInfo Hat =
        new(Guid.NewGuid(), "hat", "#e6553f", "1", 0, "Worn on the head", false, null, DateTime.UnixEpoch, 1, 12);

    [Fact]
    public void Button_OfAClass_CarriesIdKeyColourNameAndCount()
    {
        var view = Render<ClassButtons>(parameters => parameters.Add(p => p.Classes, [Hat]));

        var button = view.Find("button");
        Assert.Equal(Hat.Id.ToString(), button.GetAttribute("data-class-id"));
        Assert.Contains("--class-colour: #e6553f", button.GetAttribute("style"), StringComparison.Ordinal);
        Assert.Equal("1", button.QuerySelector("kbd")!.TextContent);
        Assert.Equal("hat", button.QuerySelector(".lsn-class-name")!.TextContent);
        Assert.Equal("12", button.QuerySelector(".lsn-count")!.TextContent);
        Assert.Equal("Worn on the head", button.GetAttribute("title"));
    }

    [Fact]
    public void Buttons_OfClassesWithoutAKey_ShowAltAndADigitBesideThoseOnShift()
    {
        var classes = Enumerable.Range(0, 32).Select(place => Hat with { Id = Guid.NewGuid(), Name = $"class {place}", Hotkey = place < 10 ? $"{(place + 1) % 10}" : null }).ToArray();

        var view = Render<ClassButtons>(parameters => parameters.Add(p => p.Classes, classes));

        var keys = view.FindAll("button").Select(button => button.QuerySelector("kbd")?.TextContent).ToArray();
        Assert.Equal(["0", "⇧1", "⇧0", "Alt 1", "Alt 0", null], new[] { keys[9], keys[10], keys[19], keys[20], keys[29], keys[30] });
        Assert.Equal("Alt+1", view.FindAll("button")[20].GetAttribute("aria-keyshortcuts"));
    }

    [Fact]
    public void Counts_Changed_KeepTheSameButton()
    {
        var view = Render<ClassButtons>(parameters => parameters.Add(p => p.Classes, [Hat]));

        view.Render(parameters => parameters.Add(p => p.Classes, [Hat with { LabelledCount = 13 }]));

        Assert.Equal("13", view.Find(".lsn-count").TextContent);
    }
}
