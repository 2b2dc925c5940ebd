using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed class DatasetVersionTests(SharedServer server)
{
    [Fact]
    public async Task FrozenVersion_LabelsGivenSince_AreShownAndTakenOffByRestore()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 1, imagesPerClass: 6);
        await using var studio = await StudioSession.StartAsync(server, cancel);
        var (browser, steps) = (studio.Browser, studio.Steps);
        var page = studio.Page;
        var project = await steps.CreateProjectAsync("Versions");
        await steps.CreateClassAsync(project, photos.Classes[0]);
        await steps.UploadAsync(project, photos.FilesOf(photos.Classes));
        var keys = photos.Keys;
        await steps.OpenLabellingAsync(project);
        await steps.LabelByKeyboardAsync(keys, atMost: 4);
        await steps.AllSavedAsync();

        await steps.GoAsync(project, "datasets");
        await page.GetByRole(AriaRole.Button, new() { Name = "Freeze the labels of now" }).ClickAsync();
        await Expect(page.GetByTestId("dataset-versions").Locator("tbody tr")).ToHaveCountAsync(1);
        await browser.ScreenshotAsync("datasets");
        await steps.OpenLabellingAsync(project);
        await steps.LabelByKeyboardAsync(keys);
        await steps.AllSavedAsync();

        await steps.GoAsync(project, "datasets");
        await page.GetByTestId("dataset-versions").Locator("tbody a b").ClickAsync();
        await Expect(page.GetByTestId("dataset-difference")).ToContainTextAsync("2 added");
        await browser.ScreenshotAsync("dataset-version");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore its labels" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(page.GetByTestId("restore-preview")).ToContainTextAsync("2 lose theirs");
        await browser.ScreenshotAsync("dataset-restore");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restore 2 labels" }).ClickAsync();
        await Expect(page.GetByTestId("dataset-difference")).ToContainTextAsync("No difference");

        Assert.Empty(browser.Errors);
    }
}
