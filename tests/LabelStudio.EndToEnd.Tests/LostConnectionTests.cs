using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>No label is lost, saved twice or put over another's, whatever happens between the key and the server.</summary>
[Trait("Speed", "Slow")]
public sealed class LostConnectionTests
{
    private const string Decisions = "**/labelling/decisions";

    [Fact]
    public async Task Labelling_NothingCanBeSavedForAWhile_DeliversFiftyLabelsOnceAndInOrder()
    {
        const int labels = 50;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 30);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Connection", photos);
        await page.RouteAsync(Decisions, route => route.AbortAsync());

        var pressed = new List<string>();
        for (var label = 0; label < labels; label++)
        {
            pressed.Add(await NameAsync(page));
            await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 1);
        }

        await Expect(page.GetByTestId("save-state")).ToContainTextAsync($"{labels} waiting, no connection.");
        Assert.Empty(await SavedLabel.RecentAsync(page, project));
        await studio.Browser.ScreenshotAsync("label-no-connection");
        await page.UnrouteAsync(Decisions);
        await studio.Steps.AllSavedAsync();

        var saved = await SavedLabel.RecentAsync(page, project);
        Assert.Equal(pressed, saved.Select(label => label.FileName));
        Assert.All(saved, label => Assert.Equal(1, label.LabelVersion));
    }

    [Fact]
    public async Task Labelling_PageReloadedWhileOffline_DeliversFromTheBrowsersStore()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var project = await studio.Steps.CreateLabellingProjectAsync("Connection", photos);
        await studio.Browser.Context.SetOfflineAsync(true);
        Assert.Equal(4, await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 4));
        await Expect(studio.Page.GetByTestId("save-state")).ToContainTextAsync("4 waiting, no connection.");

        // The browser crashes: nothing is sent when the page goes.
        await studio.Page.GotoAsync("about:blank");
        await studio.Browser.Context.SetOfflineAsync(false);
        await studio.Steps.OpenLabellingAsync(project);
        await studio.Steps.AllSavedAsync();

        Assert.Equal(4, (await SavedLabel.RecentAsync(studio.Page, project)).Count);
    }

    [Fact]
    public async Task Labelling_SignInExpired_AsksToSignInAgainAndDeliversWhatWaits()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var (page, context) = (studio.Page, studio.Browser.Context);
        var project = await studio.Steps.CreateLabellingProjectAsync("Connection", photos);
        await context.ClearCookiesAsync();
        await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 1);

        var dialogue = page.GetByRole(AriaRole.Dialog, new() { Name = "Sign in again" });
        await Expect(dialogue).ToContainTextAsync("1 decision waits");
        await studio.Browser.ScreenshotAsync("label-signed-out");
        var login = await context.RunAndWaitForPageAsync(() => dialogue.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync());
        await new StudioSignIn(login).SubmitAsync(StudioServer.AdministratorEmail, StudioServer.AdministratorPassword);
        await login.CloseAsync();

        await Expect(dialogue).ToBeHiddenAsync();
        await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 3);
        await studio.Steps.AllSavedAsync();
        Assert.Equal(4, (await SavedLabel.RecentAsync(page, project)).Count);
    }

    [Fact]
    public async Task Labelling_LabelledElsewhereMeanwhile_AsksAndDoesWhatIsAnswered()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Connection", photos);
        var classes = await page.Locator("button[data-class-id]").EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.classId)");

        var kept = await LabelBehindThePageAsync(page, project, elsewhere: classes[1], key: "1");
        var problems = page.GetByTestId("problems");
        await Expect(problems).ToContainTextAsync($"was labelled {photos.Classes[1]} by");
        await studio.Browser.ScreenshotAsync("label-conflict");
        await problems.GetByRole(AriaRole.Button, new() { Name = $"Keep {photos.Classes[1]}" }).ClickAsync();
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        Assert.Equal(classes[1], await SavedClassAsync(page, project, kept));

        var replaced = await LabelBehindThePageAsync(page, project, elsewhere: classes[1], key: "1");
        await problems.GetByRole(AriaRole.Button, new() { Name = $"Use {photos.Classes[0]}" }).ClickAsync();
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await studio.Steps.AllSavedAsync();
        Assert.Equal(classes[0], await SavedClassAsync(page, project, replaced));
    }

    private static async Task<string> LabelBehindThePageAsync(IPage page, Guid project, string elsewhere, string key)
    {
        var name = await NameAsync(page);
        var imageId = await page.GetByTestId("stage").GetAttributeAsync("data-image-id");
        await SavedLabel.SaveElsewhereAsync(page, project, imageId!, elsewhere);
        await page.Keyboard.PressAsync(key);
        return name;
    }

    private static async Task<string> NameAsync(IPage page)
    {
        await Expect(page.Locator("[data-part=name]")).Not.ToBeEmptyAsync();
        return (await page.Locator("[data-part=name]").TextContentAsync())!;
    }

    private static async Task<string?> SavedClassAsync(IPage page, Guid project, string fileName) =>
        (await SavedLabel.RecentAsync(page, project)).Single(label => label.FileName == fileName).ClassId?.ToString();
}
