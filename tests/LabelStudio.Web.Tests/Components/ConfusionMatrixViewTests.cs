using AngleSharp.Dom;
using Bunit;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Components;

public sealed class ConfusionMatrixViewTests : BunitContext
{
    private static readonly string[] Names = ["dress", "hat", "skirt"];

    private static readonly int[][] Counts = [[8, 0, 3], [1, 9, 0], [5, 0, 4]];

    [Fact]
    public void Cell_Clicked_GivesTrueAndPredictedClass()
    {
        MatrixCell? clicked = null;
        var view = Show(cell => clicked = cell);

        view.Do(() => Button(view, "3 images of dress predicted as skirt").Click());

        Assert.Equal(new MatrixCell(True: 0, Predicted: 2), clicked);
    }

    [Fact]
    public void Cell_ClickedInAnotherOrder_GivesTheSameClasses()
    {
        MatrixCell? clicked = null;
        var view = Show(cell => clicked = cell);

        view.Do(() => view.Find("select").Change(nameof(MatrixOrder.MostErrors)));
        view.Do(() => Button(view, "1 image of hat predicted as dress").Click());

        Assert.Equal(new MatrixCell(True: 1, Predicted: 0), clicked);
    }

    [Fact]
    public void TopConfusion_Clicked_GivesItsCell()
    {
        MatrixCell? clicked = null;
        var view = Show(cell => clicked = cell);

        view.Do(() => view.Find(".top button").Click());

        Assert.Equal(new MatrixCell(True: 2, Predicted: 0), clicked);
    }

    [Fact]
    public void RowPercent_Chosen_ShowsSharesOfTheRow()
    {
        var view = Show(_ => { });

        view.Do(() => view.FindAll(".segments button")[1].Click());

        Assert.Equal("27", Button(view, "3 images of dress predicted as skirt").TextContent);
    }

    [Fact]
    public void Diagonal_Hidden_LeavesOnlyErrors()
    {
        var view = Show(_ => { });

        view.Do(() => view.Find("input[type=checkbox]").Change(true));

        Assert.Equal(["3", "1", "5"], view.FindAll("td button").Select(button => button.TextContent));
    }

    [Fact]
    public void ManyClasses_SearchedFor_ShowTheClassWithItsConfusedOnes()
    {
        var names = Enumerable.Range(0, 60).Select(i => $"class {i:00}").ToArray();
        var counts = names.Select(_ => new int[60]).ToArray();
        counts[17][17] = 5;
        counts[17][42] = 2;
        var layout = new MatrixLayout(names, counts);

        var shown = layout.Around("17", layout.Order(MatrixOrder.ClassList), 20);

        Assert.Equal([17, 42], shown);
    }

    [Fact]
    public void TopConfusion_WithAQueue_LinksToTheImagesBetweenTheTwo()
    {
        var view = Render<ConfusionMatrixView>(p => p
            .Add(v => v.ClassNames, Names).Add(v => v.Counts, Counts)
            .Add(v => v.QueueOf, cell => cell.True == 2 ? "queue" : null));

        var link = view.FindAll(".top a").Single();
        Assert.Equal(("queue", "Label images between skirt and dress"), (link.GetAttribute("href"), link.GetAttribute("aria-label")));
    }

    [Fact]
    public void Order_ByConfusion_PutsThoseTakenForEachOtherSideBySide()
    {
        // Two groups that are confused among themselves, dealt out alternately: a c e and b d.
        int[][] counts = [[6, 0, 3, 0, 1], [0, 9, 0, 1, 0], [2, 0, 5, 0, 3], [0, 2, 0, 8, 0], [0, 0, 4, 0, 6]];
        var layout = new MatrixLayout(["a", "b", "c", "d", "e"], counts);

        var order = string.Concat(layout.Order(MatrixOrder.Confusion).Select(i => "abcde"[i]));

        Assert.Equal("ace bd", order is "acebd" or "ecabd" or "acedb" or "ecadb" ? "ace bd" : order);
    }

    [Fact]
    public void TwoHundredClasses_AreOnePictureAndNotFortyThousandButtons()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        var names = Enumerable.Range(0, 200).Select(i => $"class {i:000}").ToArray();
        var random = new Random(5);
        var counts = names.Select((_, row) => names.Select((_, column) => row == column ? 20 : random.Next(40) == 0 ? 1 : 0).ToArray()).ToArray();
        MatrixCell? clicked = null;
        var view = Render<ConfusionMatrixView>(p => p.Add(v => v.ClassNames, names).Add(v => v.Counts, counts).Add(v => v.OnCell, cell => clicked = cell));

        Assert.Empty(view.FindAll("td"));
        Assert.True(view.FindAll("*").Count < 100, $"The page has {view.FindAll("*").Count} elements.");
        view.Do(() => view.Find(".matrix-tools select").Change(nameof(MatrixOrder.Confusion)));
        Assert.Equal(Enumerable.Range(0, 200), view.FindComponent<ConfusionMap>().Instance.Order.Order());

        view.Do(() => view.Find("input[type=search]").Input("class 017"));
        Assert.InRange(view.FindAll("tbody tr").Count, 2, ConfusionMatrixView.MostInTable / 2);
        view.Do(() => Button(view, "20 images of class 017 predicted as class 017").Click());
        Assert.Equal(new MatrixCell(17, 17), clicked);
    }

    private static IElement Button(IRenderedComponent<ConfusionMatrixView> view, string text) =>
        view.FindAll("td button").Single(button => button.GetAttribute("aria-label")!.StartsWith(text, StringComparison.Ordinal));

    private IRenderedComponent<ConfusionMatrixView> Show(Action<MatrixCell> onCell) => Render<ConfusionMatrixView>(p => p
        .Add(v => v.ClassNames, Names)
        .Add(v => v.Counts, Counts)
        .Add(v => v.OnCell, onCell));
}
