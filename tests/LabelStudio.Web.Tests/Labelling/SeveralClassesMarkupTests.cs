using Bunit;
using LabelStudio.Web.Pages.Labelling;

namespace LabelStudio.Web.Tests.Labelling;

public sealed class SeveralClassesMarkupTests : BunitContext
{
    [Theory]
    [InlineData(true, "save-choice")]
    [InlineData(false, "suggestion")]
    public void Stage_ButtonOfEnter_IsThatOfTheProject(bool takesSeveral, string expected)
    {
        var stage = Render<FocusStage>(parameters => parameters.Add(p => p.SkippedUrl, "skipped").Add(p => p.TakesSeveral, takesSeveral));

        Assert.Equal(expected, stage.Find("[data-command=accept]").GetAttribute("data-testid"));
    }

    [Fact]
    public void KeyHelp_OfAProjectWithSeveralClasses_TellsThatKeysChooseAndEnterSaves()
    {
        var several = Render<KeyHelp>(parameters => parameters.Add(p => p.TakesSeveral, true));
        var single = Render<KeyHelp>();

        Assert.Contains("Enter saves what is chosen", several.Find("dialog").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("saves what is chosen", single.Find("dialog").TextContent, StringComparison.Ordinal);
    }
}
