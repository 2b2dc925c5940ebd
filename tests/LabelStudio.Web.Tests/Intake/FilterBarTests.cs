using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Web.Api;
using LabelStudio.Web.Pages.Intake;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Tests.Intake;

public sealed class FilterBarTests : BunitContext
{
    private static readonly GridQuery Everything = new();

    [Fact]
    public void Tab_Clicked_AsksForItsState()
    {
        GridQuery? asked = null;
        var view = Show(Everything, query => asked = query);

        view.FindAll("button").Single(b => b.TextContent.StartsWith("Labelled", StringComparison.Ordinal)).Click();

        Assert.Equal(Everything with { State = "labelled" }, asked);
    }

    [Fact]
    public void Tab_OfTheQuery_IsPressed()
    {
        var view = Show(Everything with { Flagged = true }, _ => { });

        var pressed = view.FindAll("button[aria-pressed=true]").Single();
        Assert.StartsWith("Unsure", pressed.TextContent, StringComparison.Ordinal);
        Assert.EndsWith("3", pressed.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Tab_OfLabelledImages_DropsWhatOnlySuggestionsCanFilter()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "unlabelled", Suggested = Guid.NewGuid(), AtLeast = 80, Sort = GridQuery.MostCertain }, query => asked = query);

        view.FindAll("button").Single(b => b.TextContent.StartsWith("Labelled", StringComparison.Ordinal)).Click();

        Assert.Equal(Everything with { State = "labelled" }, asked);
    }

    [Fact]
    public void Suggestions_OfUnlabelledImages_CanBeFiltered()
    {
        Assert.Empty(Show(Everything, _ => { }).FindAll("option[value='80']"));
        Assert.Single(Show(Everything with { State = "unlabelled" }, _ => { }).FindAll("option[value='80']"));
    }

    [Fact]
    public void Name_Typed_KeepsTheOtherFilters()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "labelled" }, query => asked = query);

        view.Find("input[type=search]").Change("cat");

        Assert.Equal(Everything with { State = "labelled", Text = "cat" }, asked);
    }

    private IRenderedComponent<FilterBar> Show(GridQuery query, Action<GridQuery> changed) => Render<FilterBar>(parameters => parameters
        .Add(p => p.Query, query)
        .Add(p => p.Counts, new ImageCounts(10, 4, 5, 1, 3))
        .Add(p => p.Classes, [])
        .Add(p => p.Batches, [])
        .Add(p => p.OnChanged, EventCallback.Factory.Create(this, changed)));
}
