using System.Globalization;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed class PowerCutTests
{
    [Fact]
    public async Task Labelling_ServerKilledWhileLabelsComeIn_LosesNoneThatThePageShowedAsSaved()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 20);
        await using var server = new StudioServer();
        await server.StartAsync(cancel);
        await using var browser = await StudioBrowser.StartAsync(server.Address);
        var steps = new StudioSteps(browser);
        var (project, keys) = await TwoClassesAsync(steps, browser, photos);

        await steps.OpenLabellingAsync(project);
        await steps.LabelByKeyboardAsync(keys, atMost: 12);
        await steps.AllSavedAsync();
        // Three more, on their way when the power goes: saved or not, the page knows which.
        await steps.LabelByKeyboardAsync(keys, atMost: 3);
        await server.KillAsync(cancel);
        await server.StartAsync(cancel);

        // The open page delivers what was waiting by itself; all fifteen are there, none twice.
        await Expect(browser.Page.GetByTestId("save-state")).ToHaveTextAsync("All saved", new() { Timeout = 60_000 });
        await steps.GoAsync(project, "label");
        await Expect(browser.Page.Locator("[data-part=labelled]")).ToHaveTextAsync("15");
    }

    [Fact]
    public async Task Training_ServerKilled_ShowsTheRunAsInterruptedAndKeepsTheData()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 20);
        await using var server = new StudioServer();
        await server.StartAsync(cancel);
        await using var browser = await StudioBrowser.StartAsync(server.Address);
        var steps = new StudioSteps(browser);
        var (project, keys) = await TwoClassesAsync(steps, browser, photos);
        await steps.WaitForEmbeddingsAsync(project);
        await steps.OpenLabellingAsync(project);
        Assert.Equal(40, await steps.LabelByKeyboardAsync(keys));
        await steps.AllSavedAsync();

        await steps.GoAsync(project, "runs/new");
        await browser.Page.GetByText("All settings").ClickAsync();
        await browser.Page.GetByLabel("Epochs").FillAsync("1000");
        await browser.Page.GetByLabel("Patience").FillAsync("0");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Train on" }).ClickAsync();
        await steps.RunIsAsync("Running");
        var run = browser.Page.Url;
        await server.KillAsync(cancel);
        await server.StartAsync(cancel);

        await browser.Page.GotoAsync(run);
        await steps.RunIsAsync("Interrupted");
        await steps.GoAsync(project, "label");
        await Expect(browser.Page.Locator("[data-part=labelled]")).ToHaveTextAsync("40");
    }

    private static async Task<(Guid Project, Dictionary<string, string> Keys)> TwoClassesAsync(StudioSteps steps, StudioBrowser browser, LabelledPhotos photos)
    {
        await browser.SignInAsync(StudioServer.AdministratorEmail, StudioServer.AdministratorPassword);
        var project = await steps.CreateProjectAsync("Two classes");
        foreach (var name in photos.Classes)
        {
            await steps.CreateClassAsync(project, name);
        }

        await steps.UploadAsync(project, photos.FilesOf(photos.Classes));
        var keys = photos.Classes.Select((name, index) => (name, Key: (index + 1).ToString(CultureInfo.InvariantCulture)));
        return (project, keys.ToDictionary(k => k.name, k => k.Key));
    }
}
