using Bunit;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Training;

public sealed class PreflightViewTests : BunitContext
{
    private static readonly ClassReadiness Owl = new(Guid.NewGuid(), "Owl", "#336699", 0, 0, 0, false, 0), Robin = new(Guid.NewGuid(), "Robin", "#993366", 30, 5, 5, false, 1);

    private static readonly ClassReadiness Both = new(Guid.NewGuid(), "Owl + Robin", "#336699", 12, 2, 3, false, 2) { MemberIds = [Owl.ClassId, Robin.ClassId] };

    private static readonly ClassReadiness None = new(Guid.NewGuid(), "No class", "#6b7c93", 7, 1, 1, false, 3) { MemberIds = [] };

    private IReadOnlyCollection<Guid>? _chosen;

    [Fact]
    public void Table_Combinations_AreOneLineUntilTheyAreAskedFor()
    {
        var view = Show([Owl, Robin, Both, None], []);

        Assert.Equal(["Owl", "Robin"], Names(view));
        Assert.Equal("2 combinations of classes", view.Find("[data-testid=combinations]").TextContent);
        Assert.Contains("A model learns labels", view.Find("[data-testid=learns-labels]").TextContent, StringComparison.Ordinal);
        view.Do(() => view.Find("[data-testid=combinations]").Click());

        Assert.Equal(["Owl", "Robin", "Owl + Robin", "No class"], Names(view));
    }

    [Fact]
    public void Class_ThatOnlyCombinationsShow_IsNotFewAndCanBeChosen()
    {
        var view = Show([Owl, Robin, Both], []);

        var row = view.FindAll("tbody tr")[0];
        Assert.Contains("12 more with others", row.TextContent, StringComparison.Ordinal);
        Assert.Empty(row.QuerySelectorAll(".few"));
        Assert.False(row.QuerySelector("input")!.HasAttribute("disabled"));
        Assert.True(row.QuerySelector("input")!.HasAttribute("checked"));
    }

    [Fact]
    public void Choose_AClass_TakesItsCombinationsAlongAndBringsThemBack()
    {
        var without = Show([Owl, Robin, Both, None], []);
        Tick(without, 0, false);
        Assert.Equal(new[] { Robin.ClassId, None.ClassId }.Order(), _chosen!.Order());

        var with = Show([Robin, None], [Owl, Both]);
        Tick(with, 0, true);
        Assert.Equal(new[] { Owl.ClassId, Robin.ClassId, Both.ClassId, None.ClassId }.Order(), _chosen!.Order());

        // Its other class is still left out.
        var one = Show([None], [Owl, Robin, Both]);
        Tick(one, 1, true);
        Assert.Equal(new[] { Robin.ClassId, None.ClassId }.Order(), _chosen!.Order());
    }

    private static void Tick(IRenderedComponent<PreflightView> view, int row, bool isChosen) =>
        view.Do(() => view.FindAll("tbody input")[row].Change(isChosen));

    private static IEnumerable<string> Names(IRenderedComponent<PreflightView> view) => view.FindAll("tbody .class-chip-name").Select(name => name.TextContent);

    private IRenderedComponent<PreflightView> Show(ClassReadiness[] classes, ClassReadiness[] leftOut) => Render<PreflightView>(p => p
        .Add(view => view.Preflight, new Preflight(ClassReadiness.WithOthers(classes, classes), null, null, 0, [], null) { LeftOut = leftOut, TakesSeveralClasses = true })
        .Add(view => view.OnChosen, ids => _chosen = ids));
}
