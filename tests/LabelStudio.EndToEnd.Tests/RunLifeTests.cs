using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using LabelStudio.Tests;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>A run that is paused, outlives the server and goes on; and one on a network of the user's own.</summary>
[Trait("Speed", "Slow")]
public sealed partial class RunLifeTests
{
    [Fact]
    public async Task Run_PausedResumedAndServerKilled_GoesOnAfterItsLastEpoch()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 3, imagesPerClass: 30);
        await using var studio = await StudioSession.StartAsync(cancel);
        var (browser, steps, page) = (studio.Browser, studio.Steps, studio.Page);
        var project = await PreparedAsync(studio, photos);
        var run = await LaunchAsync(studio, project, new { epochs = 1000, patience = 0, batchSize = 1, headLearningRate = 1e-5, sidePx = 224 });

        await page.GotoAsync($"/projects/{project}/runs/{run}");
        // A curve of some epochs, so that there is a place to go on from.
        await Expect(page.GetByTestId("run-progress")).ToContainTextAsync(SomeEpochs(), new() { Timeout = 180_000 });
        await Button(page, "Pause").ClickAsync();
        await steps.RunIsAsync("Paused");
        await WriteNotesAsync(page);
        await browser.ScreenshotAsync("run-paused");
        await Button(page, "Resume after epoch").ClickAsync();
        await steps.RunIsAsync("Running");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("Going on after epoch");
        await page.GetByRole(AriaRole.Log).ScrollIntoViewIfNeededAsync();
        await Expect(page.GetByRole(AriaRole.Log).GetByRole(AriaRole.Listitem).Last).ToBeInViewportAsync(new() { Ratio = 0.5f });

        await studio.Server.KillAsync(cancel);
        await studio.Server.StartAsync(cancel);
        await page.GotoAsync($"/projects/{project}/runs/{run}");
        await steps.RunIsAsync("Interrupted");
        await browser.ScreenshotAsync("run-interrupted");
        await Button(page, "Resume after epoch").ClickAsync();
        await steps.RunIsAsync("Running");
        await browser.ScreenshotAsync("run-resumed");
        await steps.GoAsync(project, "runs");
        await page.GetByLabel("Find runs by name or tag").FillAsync("night");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await browser.ScreenshotAsync("runs-found");
        await page.SetViewportSizeAsync(390, 844);
        await page.GotoAsync($"/projects/{project}/runs/{run}");
        await steps.RunIsAsync("Running");
        await browser.ScreenshotAsync("run-phone");
        await Button(page, "Cancel").ClickAsync();
        await page.GetByText("Stop and drop it").ClickAsync();
        await steps.RunIsAsync("Cancelled");
    }

    [Fact]
    public async Task Extractor_WrongThenRight_IsRefusedWithTheReasonThenTrainedOn()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 20);
        await using var studio = await StudioSession.StartAsync(cancel);
        var (browser, steps, page) = (studio.Browser, studio.Steps, studio.Page);
        var project = await PreparedAsync(studio, photos);
        using var network = TestExtractors.Network();

        await steps.GoAsync(project, "settings");
        var extractors = page.GetByTestId("extractors");
        await extractors.GetByText("Add an own extractor").ClickAsync();
        await extractors.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "net.onnx", MimeType = "application/octet-stream", Buffer = network.ToArray() });
        await extractors.GetByLabel("Name").FillAsync("Small net");
        await extractors.GetByLabel("Image side, px").FillAsync("32");
        await extractors.GetByLabel("Licence").FillAsync("MIT");
        await Button(page, "Try it and add it").ClickAsync();
        await Expect(extractors.GetByRole(AriaRole.Alert)).ToContainTextAsync("no input 'input': it has 'image'");
        await browser.ScreenshotAsync("extractor-refused");
        await extractors.GetByLabel("Input").FillAsync("image");
        await extractors.GetByLabel("Output").FillAsync("embedding");
        await Button(page, "Try it and add it").ClickAsync();
        var choice = extractors.GetByRole(AriaRole.Radio, new() { Name = "Small net" });
        await choice.ClickAsync();
        await Expect(choice).ToHaveAttributeAsync("aria-checked", "true");
        await browser.ScreenshotAsync("extractor-chosen");

        await steps.LaunchRunAsync(project);
        await steps.RunHasEndedAsync();
        await Expect(page.GetByText("on the project's own feature extractor")).ToBeVisibleAsync();
        await steps.PromoteAsync();
        var answer = await new StudioCalls(page).PredictAsync(project, photos.FilesOf(photos.Classes[0])[0]);
        Assert.True(answer.TryGetProperty("classes", out _));
        Assert.Empty(browser.Errors);
    }

    private static async Task<Guid> PreparedAsync(StudioSession studio, LabelledPhotos photos)
    {
        var project = await studio.Steps.CreateProjectAsync("Runs");
        await new StudioCalls(studio.Page).ImportLabelledAsync(project, photos);
        await studio.Steps.WaitForEmbeddingsAsync(project);
        return project;
    }

    private static async Task<Guid> LaunchAsync(StudioSession studio, Guid project, object plan) =>
        (await new StudioCalls(studio.Page).PostAsync($"/api/v1/projects/{project}/runs", new { plan, fromPretrained = true })).GetProperty("id").GetGuid();

    private static async Task WriteNotesAsync(IPage page)
    {
        var notes = page.GetByTestId("run-notes");
        await notes.GetByRole(AriaRole.Button, new() { Name = "Add a note or tags" }).ClickAsync();
        await notes.GetByLabel("Name").FillAsync("Long run");
        await notes.GetByLabel("Tags").FillAsync("night, slow");
        await notes.GetByLabel("Note").FillAsync("One image a step.");
        await notes.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Long run");
        await Expect(notes.Locator(".badge")).ToHaveCountAsync(2);
    }

    [GeneratedRegex(@"Epoch\s*[1-9]\d")]
    private static partial Regex SomeEpochs();

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name }).First;
}
