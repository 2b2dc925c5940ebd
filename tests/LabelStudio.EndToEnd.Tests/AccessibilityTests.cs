using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Every page can be used with a screen reader, in both colour schemes, and fits a phone.</summary>
[Trait("Speed", "Slow")]
public sealed class AccessibilityTests
{
    private const int PhoneWidth = 390;

    private static readonly string[] GeneralPages = ["/", "/runs", "/people", "/account/tokens", "/account/password"];

    private static readonly string[] ProjectPages =
    [
        "", "/images", "/classes", "/label", "/runs", "/runs/new", "/datasets", "/review", "/review/check", "/review/adjudication",
        "/review/duplicates", "/review/agreement", "/review/next", "/models", "/predict", "/settings",
    ];

    [Fact]
    public async Task EveryPage_LightAndWideOrDarkOnAPhone_HasNoSeriousFindingAndNoSidewaysScrolling()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 4);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Reachable", photos);
        await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 3);
        await studio.Steps.AllSavedAsync();
        string[] addresses = [.. GeneralPages, .. ProjectPages.Select(path => $"/projects/{project}{path}")];

        List<string> findings = [.. await LookAsync(page, addresses, ColorScheme.Light, 1366)];
        findings.AddRange(await LookAsync(page, addresses, ColorScheme.Dark, PhoneWidth));

        Assert.Empty(findings);
    }

    private static async Task<List<string>> LookAsync(IPage page, string[] addresses, ColorScheme colours, int width)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = colours });
        await page.SetViewportSizeAsync(width, 844);
        var findings = new List<string>();
        foreach (var address in addresses)
        {
            await page.GotoAsync(address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToBeEmptyAsync();
            await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
            var result = await page.RunAxe();
            findings.AddRange(result.Violations.Where(IsSerious).Select(found => $"{address}, {colours}, {width}: {found.Id}: {found.Nodes[0].Html}"));
            var contentWidth = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            if (contentWidth > width)
            {
                findings.Add($"{address}, {width}: {contentWidth} pixels wide");
            }
        }

        return findings;
    }

    private static bool IsSerious(AxeResultItem found) => found.Impact is "serious" or "critical";
}
