using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;
using MudBlazor.Services;

namespace LabelStudio.Web.Tests.Review;

public sealed class NewClassCardTests : BunitContext
{
    public NewClassCardTests()
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Create_AfterSomeWereTakenOut_NamesThoseLeft()
    {
        (string Name, IReadOnlyList<long> ImageIds) made = ("", []);
        var view = Render<NewClassCard>(p => p
            .Add(card => card.Group, Group(30)).Add(card => card.CanLabel, true).Add(card => card.CanCreate, true)
            .Add(card => card.OnCreate, asked => made = asked));

        view.Do(() => view.FindAll(".new-class-tiles input")[1].Change(false));
        view.Do(() => view.Find("input.lsn-input").Input("Kiwi"));
        view.Do(() => view.Find("form").Submit());

        Assert.Equal("Kiwi", made.Name);
        Assert.Equal(Enumerable.Range(1, 30).Where(id => id != 2).Select(id => (long)id), made.ImageIds);
    }

    [Fact]
    public void Group_Large_ShowsAllWhenAsked()
    {
        var view = Render<NewClassCard>(p => p.Add(card => card.Group, Group(30)).Add(card => card.CanLabel, true));
        var before = view.FindAll(".new-class-tiles li").Count;

        view.Do(() => view.FindAll("button").Single(button => button.TextContent == "Show all 30").Click());

        Assert.Equal((24, 30), (before, view.FindAll(".new-class-tiles li").Count));
    }

    [Fact]
    public void Card_ForWhoMayOnlyLook_OffersNothing()
    {
        var view = Render<NewClassCard>(p => p.Add(card => card.Group, Group(5)));

        Assert.Empty(view.FindAll("button"));
        Assert.All(view.FindAll("input"), input => Assert.True(input.HasAttribute("disabled")));
    }

    private static NewClassGroup Group(int count) => new([.. Enumerable.Range(1, count).Select(id =>
        new ImageTile(id, new string('a', 64), $"{id}.png", ImageState.Unlabelled, null, Split.Train, 10, 10, false, 0))]);
}
