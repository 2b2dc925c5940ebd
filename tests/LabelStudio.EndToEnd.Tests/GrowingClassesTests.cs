using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>A class that joins later: earlier images are looked at again, and classes are merged, brought back and archived.</summary>
[Trait("Speed", "Slow")]
public sealed class GrowingClassesTests(SharedServer server)
{
    private const int ImagesPerClass = 3;

    [Fact]
    public async Task NewClass_OffersTheEarlierImages_AndWalksExactlyThese()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 2, ImagesPerClass);
        await using var studio = await StudioSession.StartAsync(server, cancel);
        var (browser, steps) = (studio.Browser, studio.Steps);
        var page = studio.Page;
        var project = await steps.CreateProjectAsync("Growing");
        foreach (var name in photos.Classes)
        {
            await steps.CreateClassAsync(project, name);
        }

        await steps.UploadAsync(project, photos.FilesOf(photos.Classes));
        await steps.OpenLabellingAsync(project);
        var keys = photos.Keys;
        Assert.Equal(2 * ImagesPerClass, await steps.LabelByKeyboardAsync(keys));
        await steps.AllSavedAsync();

        await steps.CreateClassAsync(project, "later");
        await page.GetByRole(AriaRole.Link, new() { Name = "images labelled before it existed" }).ClickAsync();
        await WalkAsync(page, 2 * ImagesPerClass);
        await steps.AllSavedAsync();
        await browser.ScreenshotAsync("recheck-done");

        await steps.GoAsync(project, "classes");
        await Expect(Row(page, "later")).ToContainTextAsync("1");
        await Expect(page.GetByText("labelled before it existed")).ToHaveCountAsync(0);
        await MergeAndBringBackAsync(page, from: "later", into: photos.Classes[0]);
        await ArchiveAndRestoreAsync(page, "later");
        await browser.ScreenshotAsync("classes-grown");
        Assert.Empty(browser.Errors);
    }

    /// <summary>The first image turns out to be of the new class; Enter keeps the label of each other one.</summary>
    private static async Task WalkAsync(IPage page, int images)
    {
        await Expect(page.GetByTestId("recheck")).ToContainTextAsync($"{images} images");
        var name = page.Locator("[data-part=name]");
        for (var image = 0; image < images; image++)
        {
            await Expect(page.GetByTestId("suggestion")).ToContainTextAsync("Keep ");
            var shown = (await name.TextContentAsync())!;
            await page.Keyboard.PressAsync(image == 0 ? "3" : "Enter");
            await Expect(name).Not.ToHaveTextAsync(shown);
        }

        await Expect(page.Locator("[data-part=done-title]")).ToHaveTextAsync("All looked at again");
    }

    private static async Task MergeAndBringBackAsync(IPage page, string from, string into)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Merge {from} into another class" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator(".mud-select").First.ClickAsync();
        await page.Locator(".mud-popover-open .mud-list-item").Filter(new() { HasText = into }).ClickAsync();
        await Expect(dialog).ToContainTextAsync($"which then has {ImagesPerClass}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Merge" }).ClickAsync();
        await Expect(page.GetByText($"merged into {into}")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo the merge" }).ClickAsync();
        await Expect(page.GetByText($"'{from}' is back with 1 image")).ToBeVisibleAsync();
        await Expect(Row(page, from)).ToBeVisibleAsync();
    }

    private static async Task ArchiveAndRestoreAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Archive {name}" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Archive" }).ClickAsync();
        await Expect(Row(page, name)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Expect(Row(page, name)).ToBeVisibleAsync();
    }

    private static ILocator Row(IPage page, string name) =>
        page.Locator(".class-table tr").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) });
}
