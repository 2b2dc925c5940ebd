using System.IO.Compression;
using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Where the one who decides looks before deciding: parts and curves of a model, all runs, two models' answers, what to label next, the files.</summary>
internal sealed partial class LeadLooks(StudioSession studio, Guid project)
{
    private readonly IPage _page = studio.Page;

    /// <summary>Accuracy on parts of the test images; each curve can be taken away and brought back.</summary>
    public async Task PartsAndCurvesAsync()
    {
        var slices = _page.GetByTestId("slices");
        await slices.GetByRole(AriaRole.Combobox).SelectOptionAsync(new SelectOptionValue { Label = "Shape" });
        await Expect(slices.Locator("thead th").First).ToHaveTextAsync("Shape");
        await Expect(slices.Locator("tbody tr").First).ToContainTextAsync("%");
        var curves = _page.GetByTestId("class-curves");
        await Expect(curves.Locator(".chosen button")).ToHaveCountAsync(3);
        await curves.Locator(".chosen button").First.ClickAsync();
        await Expect(curves.Locator(".chosen button")).ToHaveCountAsync(2);
        await curves.GetByLabel("Add a class").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Expect(curves.Locator(".chosen button")).ToHaveCountAsync(3);
        await curves.GetByRole(AriaRole.Button, new() { Name = "ROC" }).ClickAsync();
        await Expect(curves.GetByText("Mean area under the curve")).ToBeVisibleAsync();
        await Expect(curves.Locator("canvas")).ToBeVisibleAsync();
    }

    /// <summary>The whole model, and its card for people and for programs.</summary>
    public async Task DownloadsAsync()
    {
        var bundle = await DownloadAsync("Everything (zip)");
        await using (var archive = await ZipFile.OpenReadAsync(bundle, TestContext.Current.CancellationToken))
        {
            Assert.Contains("model.onnx", archive.Entries.Select(entry => entry.FullName));
            Assert.Contains("predict.py", archive.Entries.Select(entry => entry.FullName));
        }

        var card = await File.ReadAllTextAsync(await DownloadAsync("Model card (Markdown)"), TestContext.Current.CancellationToken);
        Assert.StartsWith("# Judged: Model 1", card, StringComparison.Ordinal);
    }

    /// <summary>One picture, two models, each with its name under its answer.</summary>
    public async Task TwoModelsAnswerAsync(string file)
    {
        await studio.Steps.GoAsync(project, "predict");
        await _page.Locator("[data-role=file]").SetInputFilesAsync(file);
        var answers = _page.Locator(".slots section");
        await Expect(answers.GetByText(Milliseconds())).ToHaveCountAsync(1);
        await _page.GetByLabel("Two models side by side").CheckAsync();
        await Expect(answers.GetByText(Milliseconds())).ToHaveCountAsync(2);
        var said = await answers.GetByText(Milliseconds()).AllTextContentsAsync();
        Assert.Equal(["Model 1", "Model 2"], said.Select(text => text.Split(',')[0]).Order(StringComparer.Ordinal));
    }

    /// <summary>The runs of all projects, with the trainer that is free.</summary>
    public async Task AllRunsAsync()
    {
        await _page.GotoAsync("/runs");
        await Expect(_page.GetByText("This server").First).ToBeVisibleAsync();
        foreach (var run in new[] { "Run 1", "Second" })
        {
            await Expect(_page.GetByRole(AriaRole.Row).Filter(new() { Has = _page.GetByRole(AriaRole.Link, new() { Name = run, Exact = true }) }))
                .ToContainTextAsync(new Regex("Judged.*Succeeded.*took", RegexOptions.Singleline));
        }
    }

    /// <summary>Which class needs labels, and whether more of them would pay.</summary>
    public async Task WhatToLabelNextAsync()
    {
        await studio.Steps.GoAsync(project, "review/next");
        await Expect(_page.GetByTestId("advice").Locator("tbody tr")).ToHaveCountAsync(3);
        var curve = _page.GetByTestId("learning-curve");
        await curve.GetByRole(AriaRole.Button, new() { Name = "Measure the learning curve" }).ClickAsync();
        await Expect(curve.Locator("canvas")).ToBeVisibleAsync();
        await Expect(curve.Locator(".forecast")).ToContainTextAsync(new Regex("With twice the labels|Too few labels"));
    }

    /// <summary>What changed from the version that one run learned to that of the next.</summary>
    public async Task VersionsDifferAsync()
    {
        await studio.Steps.GoAsync(project, "datasets");
        await _page.GetByTestId("dataset-versions").Locator("tbody a b").Last.ClickAsync();
        var difference = _page.GetByTestId("dataset-difference");
        await difference.GetByLabel("Compare with").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Expect(difference).ToContainTextAsync(new Regex(@"0 added, [1-9]\d* relabelled,\s+0 removed"));
    }

    private async Task<string> DownloadAsync(string item)
    {
        await _page.GetByRole(AriaRole.Button, new() { Name = "Download", Exact = true }).ClickAsync();
        var download = await _page.RunAndWaitForDownloadAsync(() => _page.GetByText(item, new() { Exact = true }).ClickAsync());
        return (await download.PathAsync())!;
    }

    [GeneratedRegex(@"in \d+ ms")]
    private static partial Regex Milliseconds();
}
