using Bunit;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Tests;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Evaluation;

/// <summary>Three hats that the model called shoes.</summary>
public sealed class PredictionTilesTests : PageTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private Guid _project;
    private Guid _hat;
    private Guid _shoe;
    private long[] _images = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Selected_LabelledFromTheList_ChangeTogetherAndOneUndoTakesThemBack()
    {
        var tiles = await ShowAsync();

        await SelectAsync(tiles, 0);
        await SelectAsync(tiles, 2);
        Assert.Contains("2 images selected", tiles.Find("[data-testid=relabel]").TextContent, StringComparison.Ordinal);
        await tiles.InvokeAsync(() => tiles.Find("[data-testid=relabel] select").Change(_shoe.ToString()));

        tiles.WaitForAssertion(() => Assert.Equal(2, tiles.FindAll(".relabelled").Count), Patience);
        Assert.Empty(tiles.FindAll("[data-testid=relabel]"));
        Assert.Equal([_shoe, _hat, _shoe], await LabelsAsync());
        await Services.GetRequiredService<ImageLabeller>().UndoAsync(UserId, _project, Token);
        Assert.Equal([_hat, _hat, _hat], await LabelsAsync());
    }

    [Fact]
    public async Task ClassKey_OnASelection_LabelsIt_AndWithoutOneNothing()
    {
        var tiles = await ShowAsync();

        await tiles.InvokeAsync(() => tiles.Find(".tiles").KeyDown(new KeyboardEventArgs { Key = "s" }));
        Assert.Equal([_hat, _hat, _hat], await LabelsAsync());
        await SelectAsync(tiles, 1);
        await tiles.InvokeAsync(() => tiles.Find(".tiles").KeyDown(new KeyboardEventArgs { Key = "s", CtrlKey = true }));
        await tiles.InvokeAsync(() => tiles.Find(".tiles").KeyDown(new KeyboardEventArgs { Key = "s" }));

        tiles.WaitForAssertion(() => Assert.Single(tiles.FindAll(".relabelled")), Patience);
        Assert.Equal([_hat, _shoe, _hat], await LabelsAsync());
    }

    [Fact]
    public async Task WhoMayNotLabel_SelectsNothing() => Assert.Empty((await ShowAsync(canLabel: false)).FindAll("input[type=checkbox]"));

    private static Task SelectAsync(IRenderedComponent<PredictionTiles> tiles, int place) =>
        tiles.InvokeAsync(() => tiles.FindAll("input[type=checkbox]")[place].Change(true));

    private async Task<Guid?[]> LabelsAsync()
    {
        var images = await Services.GetRequiredService<ImageLibrary>().PageAsync(UserId, _project, new ImageFilter { Ids = _images }, null, 10, Token);
        return [.. images.OrderBy(image => image.Id).Select(image => image.ClassId)];
    }

    private async Task<IRenderedComponent<PredictionTiles>> ShowAsync(bool canLabel = true)
    {
        await SignInAsync(StudioRole.MlLead);
        _project = (await AddProjectAsync("Clothes")).Id;
        var classes = Services.GetRequiredService<ClassCatalog>();
        var hat = await classes.CreateAsync(UserId, _project, new NewClass("hat"), Token);
        var shoe = await classes.CreateAsync(UserId, _project, new NewClass("shoe", Hotkey: "s"), Token);
        (_hat, _shoe) = (hat.Id, shoe.Id);
        var batch = await Services.GetRequiredService<ImageIntake>().StartBatchAsync(UserId, _project, "rows", Token);
        var rows = Enumerable.Range(0, 3).Select(number => TestImages.Record(_project, batch, UserId, number)).ToList();
        rows.ForEach(image => image.GiveLabel(_hat, UserId, DateTime.UnixEpoch, 1));
        await Services.GetRequiredService<StudioWriter>().WriteAsync((db, token) => db.Images.AddRangeAsync(rows, token), Token);
        _images = [.. rows.Select(image => image.Id)];
        RenderProviders();
        var tiles = Render<PredictionTiles>(p => p
            .Add(v => v.ProjectId, _project)
            .Add(v => v.ModelId, Guid.CreateVersion7())
            .Add(v => v.Predictions, [.. _images.Select(id => new TestPrediction(id, _hat, _shoe, 0.9, null))])
            .Add(v => v.Classes, new[] { hat, shoe }.ToDictionary(item => item.Id, ClassLook.Of))
            .Add(v => v.CanLabel, canLabel));
        tiles.WaitForElement("button.open", Patience);
        return tiles;
    }
}
