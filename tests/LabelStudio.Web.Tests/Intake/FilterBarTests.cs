using AngleSharp.Dom;
using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Web.Api;
using LabelStudio.Web.Pages.Intake;
using LabelStudio.Web.Tests.Hosting;
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

        view.Do(() => view.FindAll("button").Single(b => b.TextContent.StartsWith("Labelled", StringComparison.Ordinal)).Click());

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
    public void Grouping_Chosen_StandsInTheAddress()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "labelled" }, query => asked = query);

        view.Do(() => view.Find("[data-testid=grouping]").Change("cluster"));

        Assert.Equal("state=labelled&group=cluster", asked!.ToQueryString());
        Assert.Equal(LabelStudio.Pipeline.Review.ImageGrouping.Cluster, asked.Grouping);
        Assert.Null((Everything with { Group = "nonsense" }).Grouping);
    }

    [Fact]
    public void Tab_OfLabelledImages_DropsWhatOnlySuggestionsCanFilter()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "unlabelled", Suggested = Guid.NewGuid(), AtLeast = 80, Sort = GridQuery.MostCertain }, query => asked = query);

        view.Do(() => view.FindAll("button").Single(b => b.TextContent.StartsWith("Labelled", StringComparison.Ordinal)).Click());

        Assert.Equal(Everything with { State = "labelled" }, asked);
    }

    [Fact]
    public void Tab_OfUnlabelledImages_DropsTheAgreementOfLabels()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "labelled", Agrees = false, Sort = GridQuery.LeastCertain }, query => asked = query);

        view.Do(() => view.FindAll("button").Single(b => b.TextContent.StartsWith("Unlabelled", StringComparison.Ordinal)).Click());

        Assert.Equal(Everything with { State = "unlabelled", Sort = GridQuery.LeastCertain }, asked);
    }

    [Theory]
    [InlineData("Labelled", "labelled", null)]
    [InlineData("Discarded", "discarded", "blurred")]
    public void Tab_OfAState_KeepsTheReasonOfADiscardForDiscardedImagesOnly(string tab, string state, string? reason)
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "discarded", Reason = "blurred" }, query => asked = query);

        view.Do(() => view.FindAll("button").Single(b => b.TextContent.StartsWith(tab, StringComparison.Ordinal)).Click());

        Assert.Equal(Everything with { State = state, Reason = reason }, asked);
    }

    [Theory]
    [InlineData("labelled", "doubtful")]
    [InlineData("unlabelled", "lowMargin")]
    [InlineData("unlabelled", "highEntropy")]
    [InlineData(null, "largest")]
    [InlineData(null, "unlike")]
    public void Order_Chosen_StandsInTheAddress(string? state, string sort)
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = state }, query => asked = query);
        IElement Order() => view.FindAll("select").Single(select => select.QuerySelector("option[value=newest]") is not null);

        Assert.NotNull(Order().QuerySelector($"option[value={sort}]"));
        view.Do(() => Order().Change(sort));

        Assert.Equal(Everything with { State = state, Sort = sort }, asked);
    }

    [Fact]
    public void Tab_OfUnlabelledImages_DropsTheOrderByLabelQuality()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "labelled", Sort = GridQuery.Doubtful }, query => asked = query);

        view.Do(() => view.FindAll("button").Single(b => b.TextContent.StartsWith("Unlabelled", StringComparison.Ordinal)).Click());

        Assert.Equal(Everything with { State = "unlabelled" }, asked);
    }

    [Fact]
    public void Suggestions_OfUnlabelledImages_CanBeFiltered()
    {
        Assert.Empty(Show(Everything, _ => { }).FindAll("option[value='80']"));
        Assert.Single(Show(Everything with { State = "unlabelled" }, _ => { }).FindAll("option[value='80']"));
    }

    [Fact]
    public void Suggestions_HiddenFromThePerson_AreNotOffered()
    {
        var query = Everything with { State = "unlabelled" };

        Assert.NotEmpty(Show(query, _ => { }).FindAll("option[value=certain], option[value=suggestion], option[value='80']"));
        Assert.Empty(Show(query, _ => { }, offersSuggestions: false).FindAll("option[value=certain], option[value=suggestion], option[value='80']"));
    }

    [Fact]
    public void Name_Typed_KeepsTheOtherFilters()
    {
        GridQuery? asked = null;
        var view = Show(Everything with { State = "labelled" }, query => asked = query);

        view.Do(() => view.Find("input[type=search]").Change("cat"));

        Assert.Equal(Everything with { State = "labelled", Text = "cat" }, asked);
    }

    private IRenderedComponent<FilterBar> Show(GridQuery query, Action<GridQuery> changed, bool offersSuggestions = true) => Render<FilterBar>(parameters => parameters
        .Add(p => p.Query, query)
        .Add(p => p.Counts, new ImageCounts(10, 4, 5, 1, 3))
        .Add(p => p.Classes, [])
        .Add(p => p.Batches, [])
        .Add(p => p.OffersSuggestions, offersSuggestions)
        .Add(p => p.OnChanged, EventCallback.Factory.Create(this, changed)));
}
