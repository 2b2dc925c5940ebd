using System.Text.Json;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>What the one who decides about models does: judge, correct, set thresholds, compare, promote, take back.</summary>
[Trait("Speed", "Slow")]
public sealed class LeadTests
{
    private const int ImagesPerClass = 24;

    [Fact]
    public async Task Lead_JudgesPromotesAgainstTheGateAndRollsBack()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 3, ImagesPerClass);
        await using var studio = await StudioSession.StartAsync(cancel);
        var (browser, steps, page) = (studio.Browser, studio.Steps, studio.Page);
        var calls = new StudioCalls(page);
        var project = await steps.CreateProjectAsync("Judged");
        await calls.ImportLabelledAsync(project, photos);
        await steps.WaitForEmbeddingsAsync(project);
        var first = await steps.LaunchRunAsync(project);
        await steps.RunHasEndedAsync();
        await steps.PromoteAsync();

        await page.GotoAsync($"/projects/{project}/models/{first}");
        await RelabelFromTheMatrixAsync(page, photos.Classes);
        await browser.ScreenshotAsync("lead-matrix");
        await KeepThresholdAsync(page);
        await browser.ScreenshotAsync("lead-threshold");
        var looks = new LeadLooks(studio, project);
        await looks.PartsAndCurvesAsync();
        await looks.DownloadsAsync();
        var answer = await calls.PredictAsync(project, photos.FilesOf(photos.Classes[0])[0]);
        Assert.Equal(0.9, answer.GetProperty("threshold").GetDouble());

        await MislabelAsync(calls, project, "test", from: photos.Classes[0], to: photos.Classes[1]);
        await DoubtsAreDecidedByKeysAsync(page, steps, project);
        await JudgeEveryClassAsync(page, steps, project);
        // The next model learns no image of the last class, so the gate has something to say.
        await MislabelAsync(calls, project, "train", from: photos.Classes[2], to: photos.Classes[1]);
        var launched = await calls.PostAsync($"/api/v1/projects/{project}/runs", new { preset = "quick", name = "Second", fromPretrained = true });
        var second = launched.GetProperty("id").GetGuid();
        await page.GotoAsync($"/projects/{project}/runs/{second}");
        await steps.RunHasEndedAsync();
        await page.GotoAsync($"/projects/{project}/runs/compare?run={first}&run={second}");
        await Expect(page.GetByText("tested on different images or labels")).ToBeVisibleAsync();
        await CurvesAreDownloadedAsync(page);
        await browser.ScreenshotAsync("lead-compare");
        await steps.GoAsync(project, "datasets");
        var version = await page.GetByTestId("dataset-versions").Locator("tbody a").First.GetAttributeAsync("href");
        var findings = await PageFindings.WideAndPhoneAsync(
            page,
            [
                $"/projects/{project}/runs/{second}",
                $"/projects/{project}/models/{second}",
                $"/projects/{project}/runs/compare?run={first}&run={second}",
                $"/{version}",
            ]);
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
        await browser.ScreenshotAsync("lead-dataset-phone");
        await page.SetViewportSizeAsync(1366, 768);

        await looks.VersionsDifferAsync();
        await looks.AllRunsAsync();
        await looks.WhatToLabelNextAsync();
        await looks.TwoModelsAnswerAsync(photos.FilesOf(photos.Classes[0])[0]);
        await ConfusedPairIsQueuedAsync(page, project, second);
        await PromoteAgainstTheGateAsync(browser, steps, project);
        await page.GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await Expect(Row(page, "Model 1")).ToContainTextAsync("production");
        await DeleteAsync(page, "Model 2");
        await browser.ScreenshotAsync("lead-models");
        Assert.Empty(browser.Errors);
    }

    /// <summary>Opens the first image of a cell, sees what the model looked at, and gives it another label.</summary>
    private static async Task RelabelFromTheMatrixAsync(IPage page, IReadOnlyList<string> classes)
    {
        await page.Locator("table.matrix td button").First.ClickAsync();
        await page.GetByTestId("cell-images").Locator("button.open").First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("What it looked at").CheckAsync();
        await Expect(dialog.GetByTestId("heat-map")).ToBeVisibleAsync();
        await Expect(page.Locator("table.matrix td.on")).ToHaveCountAsync(1);
        await dialog.Locator(".choices").GetByRole(AriaRole.Button, new() { Name = classes[2], Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("cell-images").Locator(".relabelled")).ToContainTextAsync(classes[2]);
    }

    private static async Task KeepThresholdAsync(IPage page)
    {
        var thresholds = page.GetByTestId("thresholds");
        await thresholds.GetByLabel("Least certainty in per cent").FillAsync("90");
        await Expect(thresholds.GetByTestId("threshold-outcome")).ToContainTextAsync("would be “unknown”");
        await thresholds.GetByRole(AriaRole.Button, new() { Name = "Keep for this model" }).ClickAsync();
        await Expect(thresholds).ToContainTextAsync("In use: 90");
        await Expect(page.GetByTestId("reliability")).ToBeVisibleAsync();
    }

    private static async Task MislabelAsync(StudioCalls calls, Guid project, string split, string from, string to)
    {
        var classes = await ClassIdsAsync(calls, project);
        var ids = await calls.GetAsync($"/api/v1/projects/{project}/images/ids?split={split}&class={classes[from]}");
        var imageIds = ids.EnumerateArray().Select(id => id.GetInt64()).ToArray();
        Assert.NotEmpty(imageIds);
        await calls.PostAsync($"/api/v1/projects/{project}/labelling/bulk", new { imageIds, kind = "Label", classId = classes[to] });
    }

    /// <summary>Labels that look wrong: one is kept for good, another taken and taken back.</summary>
    private static async Task DoubtsAreDecidedByKeysAsync(IPage page, StudioSteps steps, Guid project)
    {
        await steps.GoAsync(project, "review");
        var summary = page.Locator(".summary");
        var shown = page.Locator(".doubt");
        await Expect(shown).ToBeVisibleAsync();
        await Expect(page.Locator(".label-errors")).ToHaveAttributeAsync("data-keys", "on");
        var kept = await shown.GetAttributeAsync("aria-label");
        await page.Keyboard.PressAsync("k");
        await Expect(summary).ToContainTextAsync("1 reviewed");
        var taken = await shown.GetAttributeAsync("aria-label");
        Assert.NotEqual(kept, taken);
        await page.Keyboard.PressAsync("Enter");
        await Expect(summary).ToContainTextAsync("2 reviewed");
        await page.Keyboard.PressAsync("u");
        await Expect(summary).ToContainTextAsync("1 reviewed");
        await page.ReloadAsync();
        await Expect(shown).ToHaveAttributeAsync("aria-label", taken!);
    }

    /// <summary>From the pair that is confused most to the unlabelled images between the two, in one click.</summary>
    private static async Task ConfusedPairIsQueuedAsync(IPage page, Guid project, Guid model)
    {
        await page.GotoAsync($"/projects/{project}/models/{model}");
        await page.Locator(".top a").First.ClickAsync();
        await page.WaitForURLAsync(address => address.Contains("against=", StringComparison.Ordinal));
        await Expect(page.GetByTestId("image-grid")).ToHaveAttributeAsync("data-state", "empty");
    }

    private static async Task<Dictionary<string, Guid>> ClassIdsAsync(StudioCalls calls, Guid project)
    {
        var models = await calls.GetAsync($"/api/v1/projects/{project}/models");
        var card = await calls.GetAsync($"/api/v1/projects/{project}/models/{models[0].GetProperty("id").GetGuid()}/card");
        return card.GetProperty("classes").EnumerateArray().ToDictionary(Name, item => item.GetProperty("id").GetGuid());
    }

    private static async Task JudgeEveryClassAsync(IPage page, StudioSteps steps, Guid project)
    {
        await steps.GoAsync(project, "settings");
        var rules = page.GetByTestId("gate-rules");
        await rules.GetByLabel("A class is judged from").FillAsync("1");
        await rules.GetByRole(AriaRole.Button, new() { Name = "Save the rules" }).ClickAsync();
        await Expect(rules).ToContainTextAsync("Changed by");
    }

    private static async Task CurvesAreDownloadedAsync(IPage page)
    {
        await Expect(page.Locator(".line-chart [data-role=plot] canvas")).ToHaveCountAsync(2);
        Assert.Equal("0|1||12", await page.EvaluateAsync<string>("import('/js/line-chart.js').then((chart) => [0, 1, 0.826, 12].map(chart.placeName).join('|'))"));
        Assert.Equal(
            "80-100/5 50-100/10 20-100/20 0-100/20 40-60/5 90-100/2",
            await page.EvaluateAsync<string>("""
                import('/js/line-chart.js').then((chart) => [[.87, .99], [.52, 1], [.3, .97], [], [.42, .55], [1, 1]]
                    .map(chart.shareAxis).map(({ min, max, interval }) => `${(100 * min).toFixed()}-${(100 * max).toFixed()}/${(100 * interval).toFixed()}`).join(' '))
                """));
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download Validation accuracy as CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Equal("validation-accuracy.csv", download.SuggestedFilename);
        Assert.Equal("""
            "Epoch","Run 1","Second"
            """, lines[0]);
        Assert.True(lines.Length > 2, "The file holds no epochs.");
    }

    private static async Task PromoteAgainstTheGateAsync(StudioBrowser browser, StudioSteps steps, Guid project)
    {
        var page = browser.Page;
        await steps.GoAsync(project, "models");
        await Expect(Row(page, "Model 2")).ToContainTextAsync("candidate");
        await Row(page, "Model 2").GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByTestId("gate")).ToContainTextAsync("knows classes that this one does not");
        await browser.ScreenshotAsync("lead-gate");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Overrule the gate" })).ToBeDisabledAsync();
        await dialog.GetByLabel("Promote all the same, because").FillAsync("That class is not wanted any more.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Overrule the gate" }).ClickAsync();
        await Expect(Row(page, "Model 2")).ToContainTextAsync("production");
        await Expect(page.GetByText("That class is not wanted any more.")).ToBeVisibleAsync();
    }

    private static async Task DeleteAsync(IPage page, string model)
    {
        await Row(page, model).GetByRole(AriaRole.Button, new() { Name = $"More for {model}" }).ClickAsync();
        await page.GetByText("Delete …").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByTestId("deletion-losses")).ToContainTextAsync("test images");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(Row(page, model)).ToHaveCountAsync(0);
    }

    private static ILocator Row(IPage page, string model) => page.GetByTestId("models").Locator("tbody tr").Filter(new() { HasText = model });

    private static string Name(JsonElement item) => item.GetProperty("name").GetString()!;
}
