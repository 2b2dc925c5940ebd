using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Many images at once: chosen by group, range and lasso, changed by one key, and each change taken back by one undo.</summary>
[Trait("Speed", "Slow")]
public sealed class GridTests(SharedServer server)
{
    private const int ImagesPerClass = 6;

    [Fact]
    public async Task Grid_ManyChosen_AreChangedAtOnceAndBroughtBack()
    {
        using var photos = new LabelledPhotos(classes: 2, ImagesPerClass);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateProjectAsync("Grid");
        await new StudioCalls(page).ImportLabelledAsync(project, photos);
        await studio.Steps.GoAsync(project, "images?group=class");
        var selected = page.Locator("[data-part=selected]");
        var message = page.Locator(".grid-message [data-part=message]");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Select group {photos.Classes[0]}" }).ClickAsync();
        await Expect(selected).ToHaveTextAsync($"{ImagesPerClass} selected");
        await page.Keyboard.PressAsync("x");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync($"{ImagesPerClass} labels go: {ImagesPerClass} {photos.Classes[0]}.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change them" }).ClickAsync();
        await Expect(message).ToHaveTextAsync($"{ImagesPerClass} images discarded.");
        await Expect(page.Locator(".grid-heading h2")).ToHaveTextAsync([photos.Classes[1], "Discarded"]);
        await page.Locator("[data-part=undo]").ClickAsync();
        await Expect(message).ToHaveTextAsync($"Undone for {ImagesPerClass} images.");
        await Expect(page.Locator(".grid-heading h2", new() { HasText = photos.Classes[0] })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+y");
        await Expect(message).ToHaveTextAsync($"Done again for {ImagesPerClass} images.");
        await Expect(page.Locator(".grid-heading h2")).ToHaveTextAsync([photos.Classes[1], "Discarded"]);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator(".grid-heading h2", new() { HasText = photos.Classes[0] })).ToBeVisibleAsync();

        await page.Locator(".tile").Nth(0).ClickAsync();
        await page.Locator(".tile").Nth(2).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(selected).ToHaveTextAsync("3 selected");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete …" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to the trash" }).ClickAsync();
        await Expect(message).ToHaveTextAsync("3 images moved to the trash.");
        await page.GetByTestId("trash").ClickAsync();
        await Expect(page.Locator(".trash-tiles li")).ToHaveCountAsync(3);
        await page.GetByTestId("restore").ClickAsync();
        await Expect(page.GetByText("The trash is empty")).ToBeVisibleAsync();

        await studio.Steps.GoAsync(project, "images?state=labelled");
        await Expect(page.GetByTestId("grid-count")).ToHaveTextAsync($"{2 * ImagesPerClass} images");
        await page.Keyboard.PressAsync("Control+a");
        await Expect(selected).ToHaveTextAsync($"{2 * ImagesPerClass} selected");
        await page.Keyboard.PressAsync("Escape");
        await Expect(selected).ToHaveTextAsync("0 selected");
        await LassoAsync(page, page.Locator(".tile").Nth(0), page.Locator(".tile").Nth(1));
        await Expect(selected).ToHaveTextAsync("2 selected");
        await OvertakenAsync(studio, project);
        await UnreadAsync(studio, project);
        await NewClassAsync(studio, project);
        await JudgedAsync(studio, project);
        await AcceptedAsync(studio, project);
        await UploadedAsAsync(studio, project, photos.Classes[0]);
        Assert.Empty(studio.Browser.Errors);
    }

    /// <summary>Two images are chosen; one of them is decided upon elsewhere before the person acts.</summary>
    private static async Task OvertakenAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        var first = await IdOfAsync(page.Locator(".tile[aria-selected=true]").First);
        await DecideAsync(page, project, first, "Label", (await TileAsync(page, project, first)).GetProperty("classId").GetGuid());
        await page.Keyboard.PressAsync("x");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change them" }).ClickAsync();

        await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync("1 image discarded. 1 was decided upon meanwhile and left alone.");
        await Expect(page.GetByTestId("grid-count")).ToHaveTextAsync($"{(2 * ImagesPerClass) - 1} images");
    }

    /// <summary>All are chosen before a tile of them was read; one of them is decided upon elsewhere before the person acts.</summary>
    private static async Task UnreadAsync(StudioSession studio, Guid project)
    {
        const int others = (2 * ImagesPerClass) - 2;
        var page = studio.Page;
        await page.RouteAsync("**/images/tiles", route => route.FulfillAsync(new() { Json = new { tiles = Array.Empty<int>(), suggestions = new { }, openComments = new { } } }));
        await studio.Steps.GoAsync(project, "images?state=labelled");
        await Expect(page.GetByTestId("grid-count")).ToHaveTextAsync($"{others + 1} images");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all" }).ClickAsync();
        var first = (await new StudioCalls(page).GetAsync($"/api/v1/projects/{project}/images/ids?state=labelled"))[0].GetInt64();
        await DecideAsync(page, project, first, "Label", (await TileAsync(page, project, first)).GetProperty("classId").GetGuid());
        await page.Keyboard.PressAsync("x");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change them" }).ClickAsync();

        await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync($"{others} images discarded. 1 was decided upon meanwhile and left alone.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show them" }).ClickAsync();
        await Expect(page.Locator($"img[src*='images/{first}/']").First).ToBeVisibleAsync();
        await page.UnrouteAsync("**/images/tiles");
        await studio.Steps.GoAsync(project, "images");
        await Expect(page.GetByTestId("grid-count")).ToHaveTextAsync($"{2 * ImagesPerClass} images");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync($"Undone for {others} images.");
    }

    /// <summary>A class that the selected images need, made where they are seen.</summary>
    private static async Task NewClassAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        await studio.Steps.GoAsync(project, "images?state=labelled");
        await page.Locator(".tile[data-state=Labelled]").First.ClickAsync();
        await page.Keyboard.PressAsync("n");
        var name = page.GetByRole(AriaRole.Dialog).GetByLabel("Name");
        await name.FillAsync("Glove");
        await name.PressAsync("Enter");

        await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync("1 image labelled Glove.");
        await Expect(page.Locator(".tile-text").First).ToHaveTextAsync("Glove");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator(".tile-text").First).Not.ToHaveTextAsync("Glove");
    }

    /// <summary>Who looks for wrong labels sees what the model says beside each.</summary>
    private static async Task JudgedAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        await studio.Steps.WaitForEmbeddingsAsync(project);
        var calls = new StudioCalls(page);
        while ((await calls.GetAsync($"/api/v1/projects/{project}/images/ids?agrees=true")).GetArrayLength() == 0)
        {
            // The live head has not learned the last label yet.
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        await studio.Steps.GoAsync(project, "images?state=labelled&sort=doubtful");
        await Expect(page.Locator(".tile-side").First).ToHaveTextAsync(new Regex(@"\S+\? (> )?\d+ %"));
        await studio.Steps.GoAsync(project, "images?state=labelled");
        await Expect(page.Locator(".tile[data-state=Labelled]").First).ToBeVisibleAsync();
        await Expect(page.Locator(".tile-side").First).ToBeEmptyAsync();
    }

    /// <summary>Suggestions are accepted for two images, one of which got a label elsewhere meanwhile: that label stays.</summary>
    private static async Task AcceptedAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        var labelled = await TileAsync(page, project, await IdOfAsync(page.Locator(".tile").Nth(2)));
        foreach (var place in new[] { 0, 1 })
        {
            await DecideAsync(page, project, await IdOfAsync(page.Locator(".tile").Nth(place)), "Clear", null);
        }

        await studio.Steps.GoAsync(project, "images");
        var suggested = page.Locator(".tile[data-state=Suggested]");
        await Expect(suggested).ToHaveCountAsync(2);
        var first = await IdOfAsync(suggested.First);
        var before = (await TileAsync(page, project, first)).GetProperty("labelVersion").GetInt32();
        await suggested.Nth(0).ClickAsync();
        await suggested.Nth(1).ClickAsync();
        await DecideAsync(page, project, first, "Label", labelled.GetProperty("classId").GetGuid());
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept suggestions" }).ClickAsync();

        // The grid may have come to know of the label by itself.
        await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync(
            new Regex(@"^1 image labelled as suggested\.( 1 was decided upon meanwhile and left alone\.)?$"));
        Assert.Equal(before + 1, (await TileAsync(page, project, first)).GetProperty("labelVersion").GetInt32());
    }

    private static async Task<long> IdOfAsync(ILocator tile) =>
        long.Parse((await tile.GetAttributeAsync("data-id"))!, CultureInfo.InvariantCulture);

    private static async Task<JsonElement> TileAsync(IPage page, Guid project, long id) => (await new StudioCalls(page).PostAsync(
        $"/api/v1/projects/{project}/images/tiles", new { ids = new[] { id }, withSuggestions = false })).GetProperty("tiles")[0];

    private static Task<JsonElement> DecideAsync(IPage page, Guid project, long id, string kind, Guid? classId) => new StudioCalls(page).PostAsync(
        $"/api/v1/projects/{project}/labelling/bulk", new { imageIds = new[] { id }, kind, classId });

    /// <summary>One class for everything that is brought in.</summary>
    private static async Task UploadedAsAsync(StudioSession studio, Guid project, string name)
    {
        using var more = new LabelledPhotos(classes: 3, imagesPerClass: 2);
        var page = studio.Page;
        await studio.Steps.GoAsync(project, $"images?text={more.Classes[2]}&state=labelled");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add images" }).ClickAsync();
        await page.Locator("[data-testid=upload][data-ready=true]").WaitForAsync();
        await page.GetByTestId("upload-class").SelectOptionAsync(new SelectOptionValue { Label = $"all as {name}" });
        await page.GetByTestId("upload-files").SetInputFilesAsync(more.FilesOf(more.Classes[2]));
        await Expect(page.GetByTestId("upload-summary")).ToContainTextAsync("2 images added");
        await Expect(page.Locator(".tile[data-state=Labelled] .tile-text")).ToHaveTextAsync([name, name]);

        // The labels go, and come back by a table.
        foreach (var tile in await page.Locator(".tile[data-state=Labelled]").AllAsync())
        {
            await DecideAsync(page, project, await IdOfAsync(tile), "Clear", null);
        }

        await Expect(page.Locator(".tile[data-state=Labelled]")).ToHaveCountAsync(0);
        var rows = string.Concat(more.FilesOf(more.Classes[2]).Select(file => $"{Path.GetFileName(file)},{name}\n"));
        await page.Locator("[data-testid=label-table][data-ready=true]").WaitForAsync();
        await page.GetByTestId("label-table-file").SetInputFilesAsync(new FilePayload { Name = "labels.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes($"image,label\n{rows}gone.png,{name}\n") });
        await Expect(page.GetByTestId("label-table-message")).ToHaveTextAsync("2 images labelled. 3 rows: 1 not in this project.");
        await Expect(page.GetByTestId("label-table-problems")).ToContainTextAsync("row 4: gone.png");
        await page.SetViewportSizeAsync(390, 844);
        await Expect(page.GetByText("No image of this project has this name.")).ToBeVisibleAsync();
        await page.SetViewportSizeAsync(1366, 768);
        await Expect(page.Locator(".tile[data-state=Labelled] .tile-text")).ToHaveTextAsync([name, name]);
    }

    /// <summary>From inside the left margin of one tile to the middle of another.</summary>
    private static async Task LassoAsync(IPage page, ILocator from, ILocator to)
    {
        var (first, last) = ((await from.BoundingBoxAsync())!, (await to.BoundingBoxAsync())!);
        await page.Mouse.MoveAsync(first.X + 4, first.Y + 4);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(last.X + (last.Width / 2), last.Y + (last.Height / 2), new() { Steps = 4 });
        await page.Mouse.UpAsync();
    }
}
