using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Api;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Intake;

public sealed class MetadataPickTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private GridQuery? _asked;

    [Fact]
    public async Task Pick_WithoutMetadata_IsNotDrawn()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = await AddProjectAsync("Bottles");

        Assert.Empty(Show(project.Id, new GridQuery()).FindAll("select"));
    }

    [Fact]
    public async Task Pick_KeyThenValue_AsksForThem()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Bottles")).Id;
        await AddAsync(project);

        var view = Show(project, new GridQuery(State: "labelled"));
        view.WaitForElement("[data-testid=metadata-key]");
        view.Do(() => view.Find("[data-testid=metadata-key]").Change("site"));
        Assert.Equal(new GridQuery(State: "labelled", MetaKey: "site"), _asked);

        var chosen = Show(project, _asked!);
        Assert.Equal(["any value", "pier (1)"], chosen.WaitForElement("[data-testid=metadata-value]").QuerySelectorAll("option").Select(option => option.TextContent));
        chosen.Do(() => chosen.Find("[data-testid=metadata-value]").Change("pier"));
        Assert.Equal(new GridQuery(State: "labelled", MetaKey: "site", Meta: "pier"), _asked);
    }

    [Fact]
    public async Task List_SetAndTakenOff_ChangesTheImage()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Bottles")).Id;
        var image = await AddAsync(project);

        var view = Render<MetadataList>(parameters => parameters.Add(p => p.ProjectId, project).Add(p => p.ImageId, image).Add(p => p.CanWrite, true));
        view.WaitForElement("input[aria-label=Key]");
        view.Do(() => view.Find("input[aria-label=Key]").Change("depth"));
        view.Do(() => view.Find("input[aria-label=Value]").Change("2.5"));
        view.Do(() => view.Find("form").Submit());
        view.WaitForAssertion(() => Assert.Contains("2.5", view.Markup, StringComparison.Ordinal));
        view.Do(() => view.Find("[aria-label='Take site off']").Click());

        view.WaitForAssertion(() => Assert.DoesNotContain("pier", view.Markup, StringComparison.Ordinal));
        Assert.Equal(
            new Dictionary<string, string> { ["depth"] = "2.5" },
            await Services.GetRequiredService<ImageMetadata>().OfAsync(UserId, project, image, Token));
    }

    private IRenderedComponent<MetadataPick> Show(Guid projectId, GridQuery query) => Render<MetadataPick>(parameters => parameters
        .Add(p => p.ProjectId, projectId)
        .Add(p => p.Query, query)
        .Add(p => p.OnChanged, EventCallback.Factory.Create<GridQuery>(this, asked => _asked = asked)));

    private async Task<long> AddAsync(Guid projectId)
    {
        var image = await AddImageAsync(projectId, "1.png");
        await Services.GetRequiredService<ImageMetadata>().SetAsync(
            UserId, projectId, [new MetadataChange(image, null, new Dictionary<string, string?> { ["site"] = "pier" })], Token);
        return image;
    }
}
