using System.Globalization;
using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed partial class MainJobTests
{
    /// <summary>Six to begin with and one to add; the drawn pictures have one kind less.</summary>
    private const int MostClasses = 7;
    private const int ImagesPerClass = 30;

    [Fact]
    public async Task MainJob_LabelTrainPromoteThenAddAClass_KeepsTheOldClassesAndLearnsTheNewOne()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(MostClasses, ImagesPerClass);
        await using var studio = await StudioSession.StartAsync(cancel);
        var (browser, steps) = (studio.Browser, studio.Steps);
        var page = studio.Page;
        var known = photos.Classes.SkipLast(1).ToArray();
        var added = photos.Classes[^1];

        var project = await steps.CreateProjectAsync("Clothes");
        foreach (var name in known)
        {
            await steps.CreateClassAsync(project, name);
        }

        await browser.ScreenshotAsync("classes");
        await steps.UploadAsync(project, photos.FilesOf(known));
        await browser.ScreenshotAsync("images-uploaded");
        await steps.WaitForEmbeddingsAsync(project);
        await browser.ScreenshotAsync("images");

        var keys = photos.Keys;
        await steps.OpenLabellingAsync(project);
        var first = await steps.LabelByKeyboardAsync(keys, atMost: known.Length * 8);
        await Expect(page.GetByTestId("suggestion")).ToContainTextAsync("%");
        await browser.ScreenshotAsync("label");
        var rest = await steps.LabelByKeyboardAsync(keys);
        Assert.Equal(known.Length * ImagesPerClass, first + rest);
        await steps.AllSavedAsync();
        await browser.ScreenshotAsync("label-done");

        var run = await steps.LaunchRunAsync(project);
        await Expect(page.GetByTestId("run-progress")).ToContainTextAsync(EpochsUnderWay(), new() { Timeout = 120_000 });
        await browser.ScreenshotAsync("run-live");
        await steps.RunHasEndedAsync();
        await Expect(page.GetByTestId("verdict")).ToBeVisibleAsync();
        await browser.ScreenshotAsync("run-ended");
        await page.ReloadAsync();
        await Expect(page.Locator(".line-chart [data-role=plot] canvas")).ToHaveCountAsync(4);
        await browser.ScreenshotAsync("run-reopened");
        await steps.PromoteAsync();

        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Confusion matrix" }).ClickAsync();
        await CellShowsExactlyItsImagesAsync(browser);
        await browser.ScreenshotAsync("evaluation");

        await AskAsync(steps, browser, project, photos.FilesOf(known[0])[0], known[0]);
        await browser.ScreenshotAsync("try-it");

        await steps.CreateClassAsync(project, added);
        await steps.UploadAsync(project, photos.FilesOf(added));
        await steps.WaitForEmbeddingsAsync(project);
        await ThePromotedModelSuggestsAsync(steps, browser, project, added);
        Assert.Equal(ImagesPerClass, await steps.LabelByKeyboardAsync(keys));
        await steps.AllSavedAsync();

        var extended = await steps.LaunchRunAsync(project);
        Assert.NotEqual(run, extended);
        await steps.RunHasEndedAsync();
        await Expect(page.GetByText("extends Model 1")).ToBeVisibleAsync();
        await browser.ScreenshotAsync("run-extended");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Confusion matrix" }).ClickAsync();
        await Expect(page.GetByTestId("comparison")).ToContainTextAsync("Old classes");
        await Expect(page.GetByTestId("comparison")).ToContainTextAsync("New classes");
        await browser.ScreenshotAsync("comparison");
        await steps.GoAsync(project, "models");
        await steps.PromoteAsync();
        await AskAsync(steps, browser, project, photos.FilesOf(added)[0], added);
        await steps.GoAsync(project, "models");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Expect(page.GetByTestId("models").Locator("td:first-child", new() { HasText = "Model 1" })).ToContainTextAsync("production");
        await browser.ScreenshotAsync("models");

        // The one that was rolled back is asked anew, held against the one that answers now.
        await page.GetByTestId("models").GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Model 2" }).ClickAsync();
        var evaluations = page.GetByTestId("evaluations");
        await evaluations.GetByLabel("Name").FillAsync("After the rollback");
        await evaluations.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Evaluate" }).ClickAsync();
        await evaluations.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "After the rollback" }).ClickAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Model 2 · After the rollback");
        await Expect(page.GetByTestId("comparison")).ToContainTextAsync("Against Model 1");
        await browser.ScreenshotAsync("evaluated-anew");
        await evaluations.ScrollIntoViewIfNeededAsync();
        await Expect(evaluations.Locator("tbody tr")).ToHaveCountAsync(2);
        await browser.ScreenshotAsync("evaluations");

        Assert.Empty(browser.Errors);
    }

    /// <summary>The page says whose suggestion it is, and which class that model cannot suggest.</summary>
    private static async Task ThePromotedModelSuggestsAsync(StudioSteps steps, StudioBrowser browser, Guid project, string unknown)
    {
        var page = steps.Page;
        await steps.GoAsync(project, "settings");
        await page.GetByTestId("suggestion-source").Locator(".mud-input-slot").First.ClickAsync();
        await page.Locator(".mud-popover-open .mud-list-item").Filter(new() { HasText = "The promoted model" }).ClickAsync();
        await Expect(page.GetByTestId("suggestion-source")).ToContainTextAsync("Changes only with a promotion");
        await Expect(page.GetByTestId("suggestion-rates")).ToContainTextAsync("live head");
        await browser.ScreenshotAsync("settings-suggestions");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Save", Exact = true }).First.ClickAsync();
        await Expect(page.GetByText("The settings were saved.")).ToBeVisibleAsync();

        await steps.OpenLabellingAsync(project);
        await Expect(page.GetByTestId("suggestion-source")).ToHaveTextAsync("Model 1 suggests");
        await Expect(page.GetByTestId("unknown-classes")).ToHaveTextAsync($"cannot suggest {unknown}: not known to Model 1");
        // What was on screen before the model was asked keeps its suggestion: the page is opened once more.
        await steps.OpenLabellingAsync(project);
        await Expect(page.Locator("[data-part=suggestion-source]")).ToHaveTextAsync("Model 1");
        await browser.ScreenshotAsync("label-promoted");
    }

    /// <summary>A cell of the matrix says a number: clicking it shows that many images.</summary>
    private static async Task CellShowsExactlyItsImagesAsync(StudioBrowser browser)
    {
        var cell = browser.Page.Locator("table.matrix td button").First;
        var count = int.Parse((await cell.TextContentAsync())!, CultureInfo.InvariantCulture);
        await cell.ClickAsync();
        await Expect(browser.Page.GetByTestId("cell-images").Locator("figure")).ToHaveCountAsync(count);
    }

    /// <summary>A picture that was trained on must be known again: its class comes first.</summary>
    private static async Task AskAsync(StudioSteps steps, StudioBrowser browser, Guid project, string file, string expected)
    {
        await steps.GoAsync(project, "predict");
        await browser.Page.Locator("input[data-role=file]").SetInputFilesAsync(file);
        await Expect(browser.Page.GetByTestId("answer").Locator(".bar.first .label")).ToHaveTextAsync(expected);
    }

    [GeneratedRegex(@"Epoch\s*[1-9]\d* / \d+")]
    private static partial Regex EpochsUnderWay();
}
