using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>No label is lost, saved twice or put over another's, whatever happens between the key and the server.</summary>
[Trait("Speed", "Slow")]
public sealed class LostConnectionTests(SharedServer server)
{
    private const string Decisions = "**/labelling/decisions";
    private const string Pictures = "**/images/*/view*";

    [Fact]
    public async Task Labelling_CutOffFromTheServer_LabelsFiftyOfWhatWasAheadAndDeliversThemOnceAndInOrder()
    {
        const int labels = 50;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 56);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Connection", photos);
        // With the five that are loaded ahead it lasts for two minutes.
        await Expect(page.GetByTestId("focus-view")).ToHaveAttributeAsync("data-reserve", new Regex("^(4[5-9]|5\\d|60)$"));
        await studio.Browser.Context.SetOfflineAsync(true);

        var pressed = new List<string>();
        for (var label = 0; label < labels; label++)
        {
            pressed.Add(await NameAsync(page));
            await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 1);
        }

        await Expect(page.GetByTestId("save-state")).ToContainTextAsync($"{labels} waiting, no connection.");
        await Expect(page.Locator(".lsn-picture")).ToBeVisibleAsync();
        await Expect(page.GetByText("This picture waits for the connection.")).ToBeHiddenAsync();
        await studio.Browser.ScreenshotAsync("label-no-connection");
        await studio.Browser.Context.SetOfflineAsync(false);
        await studio.Steps.AllSavedAsync();

        var saved = await SavedLabel.RecentAsync(page, project);
        Assert.Equal(pressed, saved.Select(label => label.FileName));
        Assert.All(saved, label => Assert.Equal(1, label.LabelVersion));
    }

    [Fact]
    public async Task Labelling_OfSelectedImagesCutOffFromTheServer_GoesOnAndPassesNoneOver()
    {
        const int selected = 20;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: selected / 2);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Selected", photos);
        await page.EvaluateAsync(
            """
            async (projectId) => {
              const { get, address } = await import('/js/connection.js');
              const { handOver } = await import('/js/labelling/selected-images.js');
              handOver(projectId, await get(address(`api/v1/projects/${projectId}/images/ids`)));
            }
            """,
            project.ToString());
        await studio.Steps.GoAsync(project, "label?again=true");
        await Expect(page.Locator("[data-part=recheck-left]")).ToHaveTextAsync($"{selected} images");
        await Expect(page.GetByTestId("focus-view")).ToHaveAttributeAsync("data-reserve", new Regex("^1[345]$"));

        await studio.Browser.Context.SetOfflineAsync(true);
        Assert.Equal(15, await studio.Steps.LabelByKeyboardAsync(photos.Keys, atMost: 15));
        await Expect(page.Locator(".lsn-picture")).ToBeVisibleAsync();
        await studio.Browser.Context.SetOfflineAsync(false);
        await studio.Steps.AllSavedAsync();

        Assert.Equal(selected - 15, await studio.Steps.LabelByKeyboardAsync(photos.Keys));
        await studio.Steps.AllSavedAsync();
        var saved = await SavedLabel.RecentAsync(page, project);
        Assert.Equal(selected, saved.Count);
        Assert.All(saved, label => Assert.Equal(1, label.LabelVersion));
    }

    [Fact]
    public async Task Labelling_PageReloadedWhileOffline_DeliversFromTheBrowsersStore()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
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
        // What was delivered is this page's to take back, as if it had not been left.
        await Expect(studio.Page.GetByTestId("history").Locator("li")).ToHaveCountAsync(4);
        await studio.Page.Keyboard.PressAsync("Control+z");
        await studio.Steps.AllSavedAsync();
        Assert.Equal(3, (await SavedLabel.RecentAsync(studio.Page, project)).Count(label => label.ClassId is not null));
        await PicturesWaitAsync(studio.Steps, project);
    }

    [Fact]
    public async Task Labelling_SignInExpired_AsksToSignInAgainAndDeliversWhatWaits()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 6);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
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
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var page = studio.Page;
        var project = await studio.Steps.CreateLabellingProjectAsync("Connection", photos);
        var classes = await page.Locator("button[data-class-id]").EvaluateAllAsync<string[]>("all => all.map(one => one.dataset.classId)");

        var kept = await LabelBehindThePageAsync(page, project, elsewhere: classes[1], key: "1");
        var problems = page.GetByTestId("problems");
        await Expect(problems).ToContainTextAsync(new Regex($"was labelled {photos.Classes[1]} by .+ \\d+ s ago"));
        await studio.Browser.ScreenshotAsync("label-conflict");
        await problems.GetByRole(AriaRole.Button, new() { Name = $"Keep {photos.Classes[1]}" }).ClickAsync();
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        Assert.Equal(classes[1], await SavedClassAsync(page, project, kept));
        await GoneBackToIsAsync(page, kept, photos.Classes[1]);
        // The other person's label is not this page's to take back.
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.Locator("[data-part=flash]")).ToHaveTextAsync("Nothing to undo here.");
        Assert.Equal(classes[1], await SavedClassAsync(page, project, kept));

        var replaced = await LabelBehindThePageAsync(page, project, elsewhere: classes[1], key: "1");
        await problems.GetByRole(AriaRole.Button, new() { Name = $"Use {photos.Classes[0]}" }).ClickAsync();
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await studio.Steps.AllSavedAsync();
        Assert.Equal(classes[0], await SavedClassAsync(page, project, replaced));
        await GoneBackToIsAsync(page, replaced, photos.Classes[0]);

        var doubted = await LabelBehindThePageAsync(page, project, elsewhere: classes[1], key: "1");
        await problems.GetByRole(AriaRole.Button, new() { Name = "Second look" }).ClickAsync();
        await studio.Steps.AllSavedAsync();
        Assert.Equal(classes[1], await SavedClassAsync(page, project, doubted));
        var discarded = await LabelBehindThePageAsync(page, project, elsewhere: null, key: "1");
        await Expect(problems).ToContainTextAsync(new Regex($"{Regex.Escape(discarded)} was discarded by .+ \\d+ s ago"));
        await problems.GetByRole(AriaRole.Button, new() { Name = "Leave it" }).ClickAsync();
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        var refused = await RefusedLabelIsChosenAnewAsync(studio, project, photos.Classes[0]);
        Assert.Equal(classes[1], await SavedClassAsync(page, project, refused));
        await studio.Steps.GoAsync(project, "images?flagged=true");
        await Expect(page.GetByTestId("grid-count")).ToContainTextAsync("1 ");
    }

    /// <summary>A picture is called broken only where the server has answered for it; otherwise it waits and comes by itself.</summary>
    private static async Task PicturesWaitAsync(StudioSteps steps, Guid project)
    {
        var page = steps.Page;
        int? status = null;
        await page.RouteAsync(Pictures, route => status is { } code ? route.FulfillAsync(new() { Status = code }) : route.AbortAsync());
        await steps.GoAsync(project, "label");
        await Expect(page.GetByText("This picture waits for the connection.")).ToBeVisibleAsync();
        await Expect(page.GetByText("This picture can't be shown.")).ToBeHiddenAsync();
        status = 401;
        await Expect(page.GetByText("Your sign-in has ended, so this picture can't be fetched.")).ToBeVisibleAsync();
        status = 503;
        await page.EvaluateAsync("dispatchEvent(new Event('online'))");
        await Expect(page.GetByText("This picture waits for the connection.")).ToBeVisibleAsync();
        await page.UnrouteAsync(Pictures);
        await Expect(page.Locator(".lsn-picture")).ToBeVisibleAsync();
        await Expect(page.GetByText("This picture waits for the connection.")).ToBeHiddenAsync();

        await page.RouteAsync(Pictures, route => route.FulfillAsync(new() { Status = 404 }));
        await steps.GoAsync(project, "label");
        await Expect(page.GetByText("This picture can't be shown.")).ToBeVisibleAsync();
    }

    /// <summary>The page shows the label that the server has, and another one over it meets no second conflict.</summary>
    private static async Task GoneBackToIsAsync(IPage page, string fileName, string labelledAs)
    {
        var shown = await NameAsync(page);
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(fileName);
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync($"Labelled {labelledAs}");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(shown);
    }

    /// <summary>The class was archived while the label waited: the image is shown again, also by a page opened anew, for another class.</summary>
    private static async Task<string> RefusedLabelIsChosenAnewAsync(StudioSession studio, Guid project, string archived)
    {
        var (page, steps) = (studio.Page, studio.Steps);
        var name = await NameAsync(page);
        await page.RouteAsync(Decisions, route => route.AbortAsync());
        await page.Keyboard.PressAsync("1");
        var other = await studio.Browser.Context.NewPageAsync();
        await new StudioSteps(other).ArchiveClassAsync(project, archived);
        await other.CloseAsync();
        await page.UnrouteAsync(Decisions);

        var problems = page.GetByTestId("problems");
        await Expect(problems).ToContainTextAsync($"The class '{archived}' was archived meanwhile");
        await ShowAsync();
        await steps.OpenLabellingAsync(project);
        await ShowAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await steps.AllSavedAsync();
        return name;

        async Task ShowAsync()
        {
            await problems.GetByRole(AriaRole.Button, new() { Name = "Show the image" }).ClickAsync();
            await Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(name);
            await Expect(page.Locator("[data-part=label]")).ToBeHiddenAsync();
        }
    }

    private static async Task<string> LabelBehindThePageAsync(IPage page, Guid project, string? elsewhere, string key)
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
