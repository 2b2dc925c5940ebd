using System.Text;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Keys are the person's own, can be switched off, and never act while somebody types.</summary>
[Trait("Speed", "Slow")]
public sealed class OwnKeysTests
{
    [Fact]
    public async Task Keys_Rebound_RefuseWhatIsTakenAndHoldInAnotherBrowser()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 4);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateLabellingProjectAsync("Keys", photos);
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Keys", Exact = true })).ToBeInViewportAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeInViewportAsync();
        var discard = page.Locator("[data-rebind=discard]");
        var message = page.Locator("[data-part=keys-message]");

        await discard.ClickAsync();
        await page.Keyboard.PressAsync("Control+r");
        await Expect(message).ToContainTextAsync("belongs to the browser");
        await page.Keyboard.PressAsync("1");
        await Expect(message).ToContainTextAsync($"is the key of the class {photos.Classes[0]}");
        await page.Keyboard.PressAsync("u");
        await Expect(message).ToContainTextAsync("is the key of “Unsure");
        await page.Keyboard.PressAsync("q");
        await Expect(message).ToContainTextAsync("Q: Discard");
        await studio.Browser.ScreenshotAsync("keys");

        // The file that holds these keys comes back; one that does not fit says why and changes nothing.
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-part=keys-export]").ClickAsync());
        var saved = await File.ReadAllTextAsync((await download.PathAsync())!, TestContext.Current.CancellationToken);
        await ImportAsync(page, "{ \"fly\": [\"q\"] }");
        await Expect(message).ToContainTextAsync("“fly” is no command");
        await ImportAsync(page, "{ \"discard\": [\"1\"] }");
        await Expect(message).ToContainTextAsync($"1 is the key of the class {photos.Classes[0]}");
        await ImportAsync(page, "{ \"discard\": [\"Ctrl+w\"] }");
        await Expect(message).ToContainTextAsync("belongs to the browser");
        await ImportAsync(page, "hat");
        await Expect(message).ToContainTextAsync("holds no keys");
        await page.Locator("[data-part=keys-reset]").ClickAsync();
        await Expect(discard).ToHaveTextAsync("X");
        await ImportAsync(page, saved);
        await Expect(message).ToContainTextAsync("The keys of the file are in use");
        await Expect(discard).ToHaveTextAsync("Q");

        // Another browser: nothing of this one's storage.
        await page.EvaluateAsync("localStorage.clear()");
        await steps.OpenLabellingAsync(project);
        await Expect(page.Locator("[data-key-of=discard]")).ToHaveTextAsync("Q");
        var first = await page.Locator("[data-part=name]").TextContentAsync();
        await page.Keyboard.PressAsync("x");
        await Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(first!);
        await page.Keyboard.PressAsync("q");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(first!);
        await steps.AllSavedAsync();
        Assert.Empty(studio.Browser.Errors);
    }

    [Fact]
    public async Task Keys_TypingOrSwitchedOff_LabelNothing()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 4);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateLabellingProjectAsync("Typing", photos);

        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByLabel("New comment")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("12 x");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add comment" }).ClickAsync();
        await Expect(page.GetByTestId("comments")).ToContainTextAsync("12 x");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator("[data-part=commented]")).ToHaveTextAsync("1 comment");

        await page.Keyboard.PressAsync("?");
        await page.Locator("[data-part=keys-off]").CheckAsync();
        await steps.OpenLabellingAsync(project);
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("x");
        await page.GetByTestId($"class-{photos.Classes[0]}").ClickAsync();
        await Expect(page.Locator("[data-part=labelled]")).ToHaveTextAsync("1");
        await steps.AllSavedAsync();
        Assert.Single(await SavedLabel.RecentAsync(page, project));
        Assert.Empty(studio.Browser.Errors);
    }

    private static Task ImportAsync(IPage page, string text) =>
        page.Locator("[data-part=keys-import]").SetInputFilesAsync(new FilePayload { Name = "keys.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(text) });
}
