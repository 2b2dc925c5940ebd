using System.Globalization;
using LabelStudio.EndToEnd.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed class SlowServerTests(SharedServer server)
{
    /// <summary>A person who is faster than the answers is told to wait, never that there is nothing left.</summary>
    [Fact]
    public async Task Labelling_PersonFasterThanTheServer_SeesLoadingAndNeverTheEnd()
    {
        const int images = 20;
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(classes: 1, imagesPerClass: images);
        await using var studio = await StudioSession.StartAsync(server, cancel);
        var steps = studio.Steps;
        var page = studio.Page;
        var project = await steps.CreateProjectAsync("One class");
        await steps.CreateClassAsync(project, photos.Classes[0]);
        await steps.UploadAsync(project, photos.FilesOf(photos.Classes));

        await page.RouteAsync("**/labelling/take", async route =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            await route.ContinueAsync();
        });
        await steps.OpenLabellingAsync(project);
        var view = page.GetByTestId("focus-view");
        var states = new HashSet<string>();
        for (var pressed = 0; pressed < images * 4 && !states.Contains("done"); pressed++)
        {
            await page.Keyboard.PressAsync("1");
            states.Add((await view.GetAttributeAsync("data-state"))!);
            if (states.Contains("done"))
            {
                break;
            }

            if (await view.GetAttributeAsync("data-state") == "loading")
            {
                await Expect(view).Not.ToHaveAttributeAsync("data-state", "loading");
            }
        }

        Assert.Contains("loading", states);
        await steps.AllSavedAsync();
        await steps.GoAsync(project, "label");
        await Expect(page.Locator("[data-part=labelled]")).ToHaveTextAsync(images.ToString(CultureInfo.InvariantCulture));
    }
}
