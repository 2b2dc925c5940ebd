using AngleSharp.Dom;
using Bunit;
using LabelStudio.Web.Components.Shared;

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

        Button(view, "3 images of dress predicted as skirt").Click();

        Assert.Equal(new MatrixCell(True: 0, Predicted: 2), clicked);
    }

    [Fact]
    public void Cell_ClickedInAnotherOrder_GivesTheSameClasses()
    {
        MatrixCell? clicked = null;
        var view = Show(cell => clicked = cell);

        view.Find("select").Change(nameof(MatrixOrder.MostErrors));
        Button(view, "1 image of hat predicted as dress").Click();

        Assert.Equal(new MatrixCell(True: 1, Predicted: 0), clicked);
    }

    [Fact]
    public void TopConfusion_Clicked_GivesItsCell()
    {
        MatrixCell? clicked = null;
        var view = Show(cell => clicked = cell);

        view.Find(".top button").Click();

        Assert.Equal(new MatrixCell(True: 2, Predicted: 0), clicked);
    }

    [Fact]
    public void RowPercent_Chosen_ShowsSharesOfTheRow()
    {
        var view = Show(_ => { });

        view.FindAll(".segments button")[1].Click();

        Assert.Equal("27", Button(view, "3 images of dress predicted as skirt").TextContent);
    }

    [Fact]
    public void Diagonal_Hidden_LeavesOnlyErrors()
    {
        var view = Show(_ => { });

        view.Find("input[type=checkbox]").Change(true);

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

    private static IElement Button(IRenderedComponent<ConfusionMatrixView> view, string text) =>
        view.FindAll("td button").Single(button => button.GetAttribute("aria-label")!.StartsWith(text, StringComparison.Ordinal));

    private IRenderedComponent<ConfusionMatrixView> Show(Action<MatrixCell> onCell) => Render<ConfusionMatrixView>(p => p
        .Add(v => v.ClassNames, Names)
        .Add(v => v.Counts, Counts)
        .Add(v => v.OnCell, onCell));
}
