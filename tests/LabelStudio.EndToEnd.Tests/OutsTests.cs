using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>The ways past an image without a class: out of training with or without a reason, and later.</summary>
[Trait("Speed", "Slow")]
public sealed class OutsTests(SharedServer server)
{
    [Fact]
    public async Task Discard_OneKeyWithoutADialog_CanBeTakenBackAndExplainedByKeys()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateLabellingProjectAsync("Discards", photos);
        var reasons = page.GetByTestId("reasons");

        var undone = await NameAsync(page);
        await page.Keyboard.PressAsync("x");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(undone);
        await Expect(page.Locator("[data-part=flash]")).ToHaveTextAsync("Discarded · Ctrl+Z takes it back");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(reasons).ToContainTextAsync(undone);
        await studio.Browser.ScreenshotAsync("label-discarded");
        await page.Keyboard.PressAsync("Control+z");
        await ShownIsAsync(page, undone);
        await Expect(reasons).ToBeHiddenAsync();

        // The digit chooses a reason only where the row has been entered; otherwise it is a class.
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("Shift+X");
        await page.Keyboard.PressAsync("2");
        await Expect(reasons).ToBeHiddenAsync();
        var written = await NameAsync(page);
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("Shift+X");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("hand in front 1");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("1");
        await steps.AllSavedAsync();

        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShownIsAsync(page, written);
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync("Discarded: hand in front 1");
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("Control+z");
        await ShownIsAsync(page, written);
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync("Discarded: hand in front 1");
        // The same from a page that was opened anew.
        await page.Keyboard.PressAsync("2");
        await steps.AllSavedAsync();
        await steps.OpenLabellingAsync(project);
        await page.Keyboard.PressAsync("Control+z");
        await ShownIsAsync(page, written);
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync("Discarded: hand in front 1");
        // Comments are written at once, without a click.
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByLabel("New comment")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await steps.AllSavedAsync();
        Assert.Equal("hand in front 1", await ReasonAsync(page, project, written));
        Assert.Equal("wrong subject", await ReasonAsync(page, project, undone));
        await steps.GoAsync(project, "images?state=discarded&reason=subject");
        await Expect(page.GetByTestId("grid-count")).ToContainTextAsync("1 ");
        Assert.Empty(studio.Browser.Errors);
    }

    [Fact]
    public async Task Skip_IsNotDone_ComesAgainAmongTheSkippedAndALabelCanBeTakenOffAgain()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateLabellingProjectAsync("Skips", photos);
        var left = page.Locator("[data-part=left]");

        var (first, second) = (await SkipAsync(page), await SkipAsync(page));
        await Expect(left).ToHaveTextAsync("12");
        // Back to what was labelled, and the other way round: a label is taken off, the image skipped, and labelled after all.
        var labelled = await NameAsync(page);
        await page.Keyboard.PressAsync("1");
        await Expect(left).ToHaveTextAsync("11");
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShownIsAsync(page, labelled);
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync($"Labelled {photos.Classes[0]}");
        var (label, note) = ((await page.Locator("[data-part=label]").BoundingBoxAsync())!, (await page.GetByTestId("order-note").BoundingBoxAsync())!);
        Assert.InRange(label.X + label.Width, 0, note.X);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator("[data-part=label]")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(left).ToHaveTextAsync("12");
        await steps.AllSavedAsync();

        // The count comes with the next images.
        await steps.OpenLabellingAsync(project);
        await Expect(page.GetByTestId("skipped-link")).ToHaveTextAsync("3 skipped");
        await page.GetByTestId("skipped-link").ClickAsync();
        await Expect(page.GetByTestId("again")).ToContainTextAsync("The images you skipped");
        await Expect(page.Locator("[data-testid=focus-view][data-ready=true]")).ToBeVisibleAsync();
        await studio.Browser.ScreenshotAsync("label-skipped");
        foreach (var name in new[] { first, second, labelled })
        {
            await ShownIsAsync(page, name);
            await page.Keyboard.PressAsync("2");
        }

        await Expect(page.Locator("[data-part=done-title]")).ToHaveTextAsync("All looked at again");
        await steps.AllSavedAsync();
        var saved = await SavedLabel.RecentAsync(page, project);
        Assert.Equal([first, second, labelled], saved.Where(label => label.ClassId is not null).Select(label => label.FileName));
        Assert.Empty(studio.Browser.Errors);
    }

    private static async Task<string> SkipAsync(IPage page)
    {
        var shown = await NameAsync(page);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(shown);
        return shown;
    }

    private static async Task<string?> ReasonAsync(IPage page, Guid project, string fileName)
    {
        var history = await page.APIRequest.GetAsync($"/api/v1/projects/{project}/export/history");
        string[] lines = [.. (await history.TextAsync()).Split('\n').Select(line => line.TrimEnd('\r'))];
        var column = Array.IndexOf(lines[0].Split(','), "reason");
        return lines.Last(line => line.Contains($",{fileName},", StringComparison.Ordinal)).Split(',')[column];
    }

    private static Task ShownIsAsync(IPage page, string fileName) => Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(fileName);

    private static async Task<string> NameAsync(IPage page)
    {
        await Expect(page.Locator("[data-part=name]")).Not.ToBeEmptyAsync();
        return (await page.Locator("[data-part=name]").TextContentAsync())!;
    }
}
