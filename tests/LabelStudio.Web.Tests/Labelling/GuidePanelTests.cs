using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Pages.Labelling;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Labelling;

public sealed class GuidePanelTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guide_Opened_ShowsGuidelinesDescriptionsAndWhatBelongsAndWhatDoesNot()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = await AddProjectAsync("Birds");
        var owl = await Services.GetRequiredService<ClassCatalog>().CreateAsync(
            UserId, project.Id, new NewClass("Owl", Description: "Flies at night."), Token);
        var (yes, no) = (await AddImageAsync(project.Id, "barn-owl.png"), await AddImageAsync(project.Id, "nightjar.png"));
        var examples = Services.GetRequiredService<ClassExamples>();
        await examples.AddAsync(UserId, project.Id, owl.Id, yes, isCounterExample: false, Token);
        await examples.AddAsync(UserId, project.Id, owl.Id, no, isCounterExample: true, Token);

        var guide = Render<GuidePanel>(parameters => parameters
            .Add(panel => panel.ProjectId, project.Id)
            .Add(panel => panel.Classes, [owl])
            .Add(panel => panel.Guidelines, "What it **is for** decides."));
        Assert.Empty(guide.FindAll("img"));
        await guide.DoAsync(() => guide.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty));

        Assert.Equal("is for", guide.Find(".lsn-guidelines strong").TextContent);
        Assert.Contains("Flies at night.", guide.Find("section").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            [("like this", "barn-owl.png"), ("not this", "nightjar.png")],
            guide.FindAll("figure").Select(figure => (figure.QuerySelector("figcaption")!.TextContent, figure.QuerySelector("img")!.GetAttribute("alt")!)));
    }
}
