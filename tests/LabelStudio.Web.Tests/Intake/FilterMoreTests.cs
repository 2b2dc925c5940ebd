using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Api;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Intake;

public sealed class FilterMoreTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string? _address;
    private GridQuery _asked = new();

    [Fact]
    public async Task EachFilter_Chosen_StandsInTheAddress()
    {
        var project = await StartAsync();

        Change(project, "[data-testid=aspect]", "portrait", "aspect=portrait");
        Change(project, "[aria-label='Shorter side from']", "64", "sideFrom=64");
        Change(project, "[aria-label='Shorter side up to']", "512", "sideTo=512");
        Change(project, "[aria-label='Labelled from']", "2026-02-01", "labelledFrom=2026-02-01");
        Change(project, "[aria-label='Labelled up to']", "2026-02-28", "labelledTo=2026-02-28");
        Change(project, "[aria-label='Added from']", "2026-01-31", "addedFrom=2026-01-31");
        Change(project, "[aria-label='Added up to']", "", "");
        Change(project, "[data-testid=agrees]", "false", "state=labelled&agrees=false");
    }

    [Fact]
    public async Task Annotator_OfTheProject_CanBeChosen()
    {
        var project = await StartAsync();
        await LabelOneAsync(project);

        var view = Show(project, new GridQuery(By: UserId));

        Assert.Equal(["labelled by anybody", "labelled by The MlLead"], view.Find("[data-testid=by]").QuerySelectorAll("option").Select(option => option.TextContent));
        Change(project, "[data-testid=by]", UserId.ToString(), $"by={UserId}");
    }

    [Fact]
    public async Task FiltersOfTheAddress_AreShownAndCleared()
    {
        var project = await StartAsync();
        var query = new GridQuery(
            "labelled", Text: "cat", Sort: GridQuery.LeastCertain, Agrees: true, AddedFrom: new DateOnly(2026, 1, 31), SideTo: 64, Aspect: "square");

        var view = Show(project, query);

        Assert.True(view.Find("details").HasAttribute("open"));
        Assert.Contains("(4)", view.Find("summary").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", Value(view, "[data-testid=agrees]"));
        Assert.Equal("square", Value(view, "[data-testid=aspect]"));
        Assert.Equal("2026-01-31", Value(view, "[aria-label='Added from']"));
        Assert.Equal("64", Value(view, "[aria-label='Shorter side up to']"));
        view.Do(() => view.Find("[data-testid=clear-more]").Click());
        Assert.Equal(new GridQuery("labelled", Text: "cat"), _asked);
    }

    [Fact]
    public async Task Review_Chosen_DropsTheReasonOfADiscard()
    {
        var view = Show(await StartAsync(), new GridQuery("discarded", Text: "cat", Reason: "blurred"));

        view.Do(() => view.Find("[data-testid=review]").Change("accepted"));

        Assert.Equal(new GridQuery(Text: "cat", Review: "accepted"), _asked);
    }

    [Fact]
    public async Task WithoutAFilter_IsFoldedAway()
    {
        var view = Show(await StartAsync(), new GridQuery("labelled"));

        Assert.False(view.Find("details").HasAttribute("open"));
    }

    private void Change(Guid project, string selector, string value, string address)
    {
        var view = Show(project, new GridQuery());
        view.Do(() => view.Find(selector).Change(value));
        Assert.Equal(address, _address);
    }

    private static string? Value(IRenderedComponent<FilterMore> view, string selector) => view.Find(selector).GetAttribute("value");

    private async Task<Guid> StartAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        return (await AddProjectAsync("Bottles")).Id;
    }

    private async Task LabelOneAsync(Guid project)
    {
        var image = await AddImageAsync(project, "1.png");
        var bottle = await Services.GetRequiredService<ClassCatalog>().CreateAsync(UserId, project, new NewClass("bottle"), Token);
        await Services.GetRequiredService<ImageLabeller>().DecideAsync(
            UserId, project, [new Decision(Guid.NewGuid(), image, AnnotationKind.Label, bottle.Id)], Token);
    }

    private IRenderedComponent<FilterMore> Show(Guid projectId, GridQuery query) => Render<FilterMore>(parameters => parameters
        .Add(p => p.ProjectId, projectId)
        .Add(p => p.Query, query)
        .Add(p => p.OnChanged, EventCallback.Factory.Create<GridQuery>(this, asked => (_asked, _address) = (asked, asked.ToQueryString()))));
}
