using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Marking as unsure, moving the picture, the way to the grid: and that nothing jumps while images pass by.</summary>
[Trait("Speed", "Slow")]
public sealed class FocusMovesTests(SharedServer server)
{
    /// <summary>How far things moved that nobody had touched: what browsers call the cumulative layout shift.</summary>
    private const string WatchShifts = """
        () => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shifts.push({ value: entry.value, of: entry.sources.map((source) => source.node?.className ?? '?').join(' ') });
          }).observe({ type: 'layout-shift', buffered: false });
        }
        """;

    [Fact]
    public async Task View_UnsureMovesAndTheGrid_BehaveAndNothingJumps()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 8);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateLabellingProjectAsync("Moves", photos);

        await NothingJumpsAsync(studio, photos);
        await UnsureAsync(studio, project);
        await MoveThePictureAsync(page);
        await page.Keyboard.PressAsync("g");
        await page.WaitForURLAsync(new Regex($"/projects/{project}/images"));
        Assert.Empty(studio.Browser.Errors);
    }

    /// <summary>After the first image is there, image after image: nothing around the picture may move.</summary>
    private static async Task NothingJumpsAsync(StudioSession studio, LabelledPhotos photos)
    {
        await Expect(studio.Page.GetByTestId("save-state")).ToHaveTextAsync("All saved");
        await studio.Page.EvaluateAsync(WatchShifts);
        await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 6);
        await studio.Steps.AllSavedAsync();

        var shifts = await studio.Page.EvaluateAsync<string[]>("window.shifts.filter((shift) => shift.value > 0.01).map((shift) => `${shift.value} ${shift.of}`)");
        Assert.Empty(shifts);
    }

    /// <summary>One key marks the image and puts it off; one undo takes both back, one redo does both again.</summary>
    private static async Task UnsureAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        var calls = new StudioCalls(page);
        var flagged = $"/api/v1/projects/{project}/images/ids?flagged=true";
        var name = page.Locator("[data-part=name]");
        var shown = (await name.TextContentAsync())!;
        await page.Keyboard.PressAsync("u");
        await Expect(name).Not.ToHaveTextAsync(shown);
        await studio.Steps.AllSavedAsync();
        Assert.Equal(1, (await calls.GetAsync(flagged)).GetArrayLength());

        await page.Keyboard.PressAsync("Control+z");
        await Expect(name).ToHaveTextAsync(shown);
        await studio.Steps.AllSavedAsync();
        Assert.Equal(0, (await calls.GetAsync(flagged)).GetArrayLength());
        Assert.DoesNotContain(await SavedLabel.RecentAsync(page, project), label => label.FileName == shown && label.ClassId is not null);

        await page.Keyboard.PressAsync("Control+y");
        await Expect(name).Not.ToHaveTextAsync(shown);
        await page.Keyboard.PressAsync("Control+y");
        await Expect(page.Locator("[data-part=flash]")).ToHaveTextAsync("Nothing to redo.");
        await studio.Steps.AllSavedAsync();
        Assert.Equal(1, (await calls.GetAsync(flagged)).GetArrayLength());
        await page.Keyboard.PressAsync("Control+z");
        await Expect(name).ToHaveTextAsync(shown);
        await studio.Steps.AllSavedAsync();
    }

    /// <summary>The wheel zooms where the pointer is, Space and a drag pan without putting the image off, F fits it again.</summary>
    private static async Task MoveThePictureAsync(IPage page)
    {
        var picture = page.Locator(".lsn-picture");
        var name = (await page.Locator("[data-part=name]").TextContentAsync())!;
        var fitted = (await picture.BoundingBoxAsync())!;
        var (x, y) = (fitted.X + (fitted.Width / 4), fitted.Y + (fitted.Height / 4));
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.WheelAsync(0, -400);
        await Expect(picture).ToHaveAttributeAsync("style", new Regex("scale"));
        var zoomed = (await picture.BoundingBoxAsync())!;
        Assert.Equal(Math.Exp(0.6), zoomed.Width / fitted.Width, 0.02);
        // What lay under the pointer still does.
        Assert.Equal((x - fitted.X) / fitted.Width, (x - zoomed.X) / zoomed.Width, 0.02);

        await page.Keyboard.DownAsync(" ");
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x + 30, y + 10);
        await page.Mouse.UpAsync();
        await page.Keyboard.UpAsync(" ");
        var panned = (await picture.BoundingBoxAsync())!;
        Assert.Equal((30, 10), (Math.Round(panned.X - zoomed.X), Math.Round(panned.Y - zoomed.Y)));
        await Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(name);

        await page.Keyboard.PressAsync("f");
        Assert.Equal(fitted.Width, (await picture.BoundingBoxAsync())!.Width, 0.5);
    }
}
