using Bunit;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Promotion;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class GateReasonsTests : BunitContext
{
    [Fact]
    public void Gate_Shut_ShowsEveryReason()
    {
        var gate = Render<GateReasons>(p => p.Add(g => g.Gate, new GateDecision(false, ["hat lost 6 points.", "Macro-F1 fell."])));

        Assert.Contains("shut", gate.Find("[data-testid=gate]").ClassName, StringComparison.Ordinal);
        Assert.Equal(["hat lost 6 points.", "Macro-F1 fell."], gate.FindAll("li").Select(item => item.TextContent));
    }

    [Fact]
    public void Gate_Open_SaysSo()
    {
        var gate = Render<GateReasons>(p => p.Add(g => g.Gate, new GateDecision(true, [])));

        Assert.Contains("Nothing speaks against it", gate.Markup, StringComparison.Ordinal);
    }
}
