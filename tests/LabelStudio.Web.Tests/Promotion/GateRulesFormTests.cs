using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Promotion;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Promotion;

public sealed class GateRulesFormTests : PageTest
{
    [Fact]
    public async Task Save_ChangedRules_HoldAndNameTheirAuthor()
    {
        var (form, projectId) = await ShowAsync(StudioRole.MlLead, canChange: true);

        form.Do(() => form.FindAll("input[type=number]")[0].Input("2.5"));
        form.Do(() => form.FindAll("input[type=checkbox]")[0].Change(false));
        await form.DoAsync(() => form.FindAll("button").Single(button => button.TextContent.Contains("Save the rules", StringComparison.Ordinal)).ClickAsync(new()));

        form.WaitForAssertion(() => Assert.Contains("Changed by The MlLead", form.Markup, StringComparison.Ordinal));
        var rules = await Services.GetRequiredService<ProjectGateRules>().GetAsync(UserId, projectId, TestContext.Current.CancellationToken);
        Assert.Equal((0.025, null, true), (rules.MaxClassDrop, rules.MaxForgetting, rules.KeepsMacroF1));
    }

    [Fact]
    public async Task Show_ToWhoMayNotChange_HasNoButtonAndIsOff()
    {
        var (form, _) = await ShowAsync(StudioRole.Viewer, canChange: false);

        Assert.True(form.Find("fieldset").HasAttribute("disabled"));
        Assert.Empty(form.FindAll("button"));
    }

    private async Task<(IRenderedComponent<GateRulesForm> Form, Guid ProjectId)> ShowAsync(StudioRole role, bool canChange)
    {
        await SignInAsync(role);
        var project = await AddProjectAsync("Ruled");
        var form = Render<GateRulesForm>(parameters => parameters.Add(item => item.ProjectId, project.Id).Add(item => item.CanChange, canChange));
        form.WaitForElement("fieldset");
        return (form, project.Id);
    }
}
