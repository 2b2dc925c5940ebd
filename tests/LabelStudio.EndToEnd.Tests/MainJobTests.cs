using System.Globalization;
using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

[Trait("Speed", "Slow")]
public sealed partial class MainJobTests
{
    private const int KnownClasses = 6;
    private const int ImagesPerClass = 30;

    [Fact]
    public async Task MainJob_UploadLabelByKeyboardTrain_ShowsTheCurveAndTheVerdict()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var photos = new LabelledPhotos(KnownClasses, ImagesPerClass);
        await using var server = new StudioServer();
        await server.StartAsync(cancel);
        await using var browser = await StudioBrowser.StartAsync(server.Address);
        var steps = new StudioSteps(browser);
        var page = browser.Page;
        var known = photos.Classes;

        await browser.SignInAsync(StudioServer.AdministratorEmail, StudioServer.AdministratorPassword);
        var project = await steps.CreateProjectAsync("Clothes");
        foreach (var name in known)
        {
            await steps.CreateClassAsync(project, name);
        }

        await browser.ScreenshotAsync("classes");
        await steps.UploadAsync(project, photos.FilesOf(known));
        await browser.ScreenshotAsync("images-uploaded");
        await steps.WaitForEmbeddingsAsync(project);
        await browser.ScreenshotAsync("images");

        var keys = known.Select((name, index) => (name, Key: (index + 1).ToString(CultureInfo.InvariantCulture))).ToDictionary(k => k.name, k => k.Key);
        await steps.OpenLabellingAsync(project);
        var first = await steps.LabelByKeyboardAsync(keys, atMost: KnownClasses * 8);
        await Expect(page.GetByTestId("suggestion")).ToBeVisibleAsync();
        await browser.ScreenshotAsync("label");
        var rest = await steps.LabelByKeyboardAsync(keys);
        Assert.Equal(KnownClasses * ImagesPerClass, first + rest);
        await steps.AllSavedAsync();
        await browser.ScreenshotAsync("label-done");

        await steps.LaunchRunAsync(project);
        await Expect(page.GetByTestId("run-progress")).ToContainTextAsync(EpochsUnderWay(), new() { Timeout = 120_000 });
        await browser.ScreenshotAsync("run-live");
        await steps.RunHasEndedAsync();
        await Expect(page.GetByTestId("verdict")).ToBeVisibleAsync();
        await browser.ScreenshotAsync("run-ended");

        Assert.Empty(browser.Errors);
    }

    [GeneratedRegex(@"Epoch\s*[1-9]\d* / \d+")]
    private static partial Regex EpochsUnderWay();
}
