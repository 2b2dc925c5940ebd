using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Every page can be used with a screen reader, in both colour schemes, and fits a phone.</summary>
[Trait("Speed", "Slow")]
public sealed class AccessibilityTests(SharedServer server)
{
    private static readonly string[] GeneralPages =
        ["/", "/runs", "/people", "/account/tokens", "/account/password", "/account/denied", "/not-found"];

    private static readonly string[] ProjectPages =
    [
        "", "/images", "/images?group=class", "/classes", "/label", "/runs", "/runs/new", "/datasets", "/review", "/review/check", "/review/adjudication",
        "/review/comments", "/review/duplicates", "/review/me", "/review/new-classes", "/images/trash", "/review/agreement", "/review/next", "/models", "/predict",
        "/settings",
    ];

    [Fact]
    public async Task EveryPage_LightAndWideOrDarkOnAPhone_HasNoSeriousFindingAndNoSidewaysScrolling()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 4);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Reachable", photos);
        await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 3);
        await studio.Steps.AllSavedAsync();
        string[] addresses = [.. GeneralPages, .. ProjectPages.Select(path => $"/projects/{project}{path}")];

        var findings = await PageFindings.WideAndPhoneAsync(page, addresses);
        // What a page shows while it waits for the server, too.
        await page.RouteAsync("**/images/tiles", route => Task.CompletedTask);
        findings.AddRange(await PageFindings.WideAsync(page, [$"/projects/{project}/images"]));
        findings.AddRange(await SignedOutAsync(studio));

        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
        await studio.Browser.SignInAsync(StudioServer.AdministratorEmail, StudioServer.AdministratorPassword);
        await ColoursFollowTheSystemAsync(page, $"/projects/{project}/review");
    }

    /// <summary>That nothing is found on our pages says something only if this is.</summary>
    [Fact]
    public async Task FaultyPage_PictureWithoutTextUnseenFocusAndTooWide_IsToldOfAll()
    {
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        await studio.Page.RouteAsync("**/faulty", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = "<!doctype html><html lang='en'><title>Faulty</title><style>* { outline: none !important } main { width: 2000px }</style><main><h1>Faulty</h1><img src='data:,'><a href='#top'>Top</a></main></html>",
        }));

        var findings = await PageFindings.WideAsync(studio.Page, ["/faulty"]);

        Assert.Collection(
            findings,
            first => Assert.StartsWith("/faulty, Light, 1366: image-alt: <img", first, StringComparison.Ordinal),
            second => Assert.StartsWith("/faulty, Light, 1366: focus is not seen on <a", second, StringComparison.Ordinal),
            third => Assert.Contains("pixels wide", third, StringComparison.Ordinal));
    }

    private static async Task<List<string>> SignedOutAsync(StudioSession studio)
    {
        await studio.Browser.Context.ClearCookiesAsync();
        return await PageFindings.WideAndPhoneAsync(studio.Page, ["/account/login", "/account/invitation/unknown"]);
    }

    /// <summary>The system turns dark while a page is open: its components follow, not only its background.</summary>
    private static async Task ColoursFollowTheSystemAsync(IPage page, string address)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.GotoAsync(address);
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Search again" });
        await Expect(button).ToBeVisibleAsync();
        var light = await button.EvaluateAsync<string>("button => getComputedStyle(button).color");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(button).Not.ToHaveCSSAsync("color", light);
    }
}
