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
    public void Counts_Changed_KeepTheSameButton()
    {
        var view = Render<ClassButtons>(parameters => parameters.Add(p => p.Classes, [Hat]));

        view.Render(parameters => parameters.Add(p => p.Classes, [Hat with { LabelledCount = 13 }]));

        Assert.Equal("13", view.Find(".lsn-count").TextContent);
    }
}
