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
        await using var studio = await StudioSession.StartWithoutTrainerAsync(cancel);
        var (steps, keys) = (studio.Steps, photos.Keys);
        var project = await TwoClassesAsync(steps, photos);

        await steps.OpenLabellingAsync(project);
        await steps.LabelByKeyboardAsync(keys, atMost: 12);
        await steps.AllSavedAsync();
        // Three more, on their way when the power goes: saved or not, the page knows which.
        await steps.LabelByKeyboardAsync(keys, atMost: 3);
        await studio.Server.KillAsync(cancel);
        await steps.LabelByKeyboardAsync(keys, atMost: 2);
        await studio.Server.StartAsync(cancel);

        // The open page delivers what was waiting by itself; all seventeen are there, none twice.
        await Expect(studio.Page.GetByTestId("save-state")).ToHaveTextAsync("All saved", new() { Timeout = 60_000 });
        await steps.GoAsync(project, "label");
        await Expect(studio.Page.Locator("[data-part=labelled]")).ToHaveTextAsync("17");
    }

    [Fact]
    public async Task Training_ServerKilled_ShowsTheRunAsInterruptedAndKeepsTheData()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 20);
        await using var studio = await StudioSession.StartAsync(cancel);
        var (steps, keys) = (studio.Steps, photos.Keys);
        var project = await TwoClassesAsync(steps, photos);
        await steps.WaitForEmbeddingsAsync(project);
        await steps.OpenLabellingAsync(project);
        Assert.Equal(40, await steps.LabelByKeyboardAsync(keys));
        await steps.AllSavedAsync();

        await steps.GoAsync(project, "runs/new");
        await studio.Page.GetByText("All settings").ClickAsync();
        await studio.Page.GetByLabel("Epochs", new() { Exact = true }).FillAsync("1000");
        await studio.Page.GetByLabel("Patience").FillAsync("0");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Train on" }).ClickAsync();
        await steps.RunIsAsync("Running");
        var run = studio.Page.Url;
        await studio.Server.KillAsync(cancel);
        await studio.Server.StartAsync(cancel);

        await studio.Page.GotoAsync(run);
        await steps.RunIsAsync("Interrupted");
        await steps.GoAsync(project, "label");
        await Expect(studio.Page.Locator("[data-part=labelled]")).ToHaveTextAsync("40");
    }

    private static async Task<Guid> TwoClassesAsync(StudioSteps steps, LabelledPhotos photos)
    {
        var project = await steps.CreateProjectAsync("Two classes");
        foreach (var name in photos.Classes)
        {
            await steps.CreateClassAsync(project, name);
        }

        await steps.UploadAsync(project, photos.FilesOf(photos.Classes));
        return project;
    }
}
