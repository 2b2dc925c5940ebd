using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>What a person does on the pages, in their words. Labels are chosen by the shown file's name, "class-number.jpg".</summary>
public sealed partial class StudioSteps(IPage page)
{
    private const int UploadLimitMs = 120_000;
    private const int TrainingLimitMs = 240_000;

    public IPage Page => page;

    public async Task<Guid> CreateProjectAsync(string name, bool takesSeveralClasses = false)
    {
        await Page.GotoAsync("/");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New project" }).First.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Name")).ToBeFocusedAsync();
        await dialog.GetByLabel("Name").FillAsync(name);
        if (takesSeveralClasses)
        {
            await dialog.GetByLabel("An image may have several classes").CheckAsync();
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create project" }).ClickAsync();
        await Page.WaitForURLAsync(ProjectAddress());
        return Guid.Parse(ProjectAddress().Match(Page.Url).Groups[1].Value);
    }

    public async Task CreateClassAsync(Guid projectId, string name)
    {
        await GoAsync(projectId, "classes");
        await Page.GetByRole(AriaRole.Button, new() { Name = "New class" }).First.ClickAsync();
        var field = Page.GetByRole(AriaRole.Dialog).GetByLabel("Name");
        await field.FillAsync(name);
        await field.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(Page.GetByText(name, new() { Exact = true }).First).ToBeVisibleAsync();
    }

    public async Task ArchiveClassAsync(Guid projectId, string name)
    {
        await GoAsync(projectId, "classes");
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Archive {name}" }).ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Archive" }).ClickAsync();
        // The dialog closes before the server is asked, and a page that is left then never asks.
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = $"Archive {name}" })).ToHaveCountAsync(0);
    }

    public async Task UploadAsync(Guid projectId, IReadOnlyList<string> files)
    {
        await GoAsync(projectId, "images");
        var add = Page.GetByRole(AriaRole.Button, new() { Name = "Add images" });
        await add.WaitForAsync();
        if (await add.GetAttributeAsync("aria-expanded") != "true")
        {
            await add.ClickAsync();
        }

        // The panel takes files once its module runs.
        await Page.Locator("[data-testid=upload][data-ready=true]").WaitForAsync();
        await Page.GetByTestId("upload-files").SetInputFilesAsync(files);
        await Expect(Page.GetByTestId("upload-summary")).ToContainTextAsync(
            string.Create(CultureInfo.InvariantCulture, $"{files.Count:N0} images added"), new() { Timeout = UploadLimitMs });
    }

    /// <summary>Waits until every image can be asked about: the progress of the embeddings is gone from the page.</summary>
    public async Task WaitForEmbeddingsAsync(Guid projectId)
    {
        await GoAsync(projectId, "images");
        await Expect(Page.Locator(".embedding-note")).ToHaveCountAsync(0, new() { Timeout = UploadLimitMs });
    }

    /// <summary>A project with these classes and all their pictures, open for labelling.</summary>
    public async Task<Guid> CreateLabellingProjectAsync(string name, LabelledPhotos photos)
    {
        var project = await CreateProjectAsync(name);
        foreach (var item in photos.Classes)
        {
            await CreateClassAsync(project, item);
        }

        await UploadAsync(project, photos.FilesOf(photos.Classes));
        await OpenLabellingAsync(project);
        return project;
    }

    public async Task OpenLabellingAsync(Guid projectId)
    {
        await GoAsync(projectId, "label");
        await Expect(Page.Locator(".lsn-picture")).ToBeVisibleAsync();
    }

    /// <summary>Presses the key of the class named in the shown file's name, image after image, and returns how many were labelled.</summary>
    public Task<int> LabelByKeyboardAsync(IReadOnlyDictionary<string, string> keyOfClass, int atMost = int.MaxValue, int pauseMs = 0) =>
        LabelByKeyboardAsync(file => keyOfClass[ClassOf(file)], atMost, pauseMs);

    public async Task<int> LabelByKeyboardAsync(Func<string, string> keyOfFile, int atMost = int.MaxValue, int pauseMs = 0)
    {
        var name = Page.Locator("[data-part=name]");
        var labelled = 0;
        while (labelled < atMost)
        {
            await Expect(name.Or(Page.Locator("[data-part=done-title]")).Locator("visible=true").First).Not.ToBeEmptyAsync();
            if (await Page.Locator("[data-part=done-title]").IsVisibleAsync())
            {
                break;
            }

            var shown = (await name.TextContentAsync())!;
            await Page.Keyboard.PressAsync(keyOfFile(shown));
            labelled++;
            await Expect(name).Not.ToHaveTextAsync(shown);
            await Task.Delay(pauseMs);
        }

        return labelled;
    }

    /// <summary>How many images are labelled in the project, as the page of labelling says when it is opened anew.</summary>
    public async Task<int> LabelledCountAsync(Guid projectId)
    {
        await GoAsync(projectId, "label");
        var count = Page.Locator("[data-part=labelled]");
        await Expect(count).ToHaveTextAsync(Digits());
        return int.Parse((await count.TextContentAsync())!, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    public Task AllSavedAsync() => Expect(Page.GetByTestId("save-state")).ToHaveTextAsync("All saved");

    /// <summary>Launches a run of the head, with the preset for it, and stays on the run's page.</summary>
    public async Task<Guid> LaunchRunAsync(Guid projectId)
    {
        await GoAsync(projectId, "runs/new");
        await Expect(Page.GetByRole(AriaRole.Button, new() { NameRegex = TrainOn() })).ToBeVisibleAsync();
        var quick = Page.GetByRole(AriaRole.Radio, new() { NameRegex = Quick() });
        // On a frozen extractor only the head can be trained: there is nothing to choose.
        if (await quick.IsVisibleAsync())
        {
            await quick.ClickAsync();
            await Expect(quick).ToHaveAttributeAsync("aria-checked", "true");
        }

        await Page.GetByRole(AriaRole.Button, new() { NameRegex = TrainOn() }).ClickAsync();
        await Page.WaitForURLAsync(RunAddress());
        return Guid.Parse(RunAddress().Match(Page.Url).Groups[1].Value);
    }

    public Task RunHasEndedAsync() => RunIsAsync("Succeeded");

    /// <summary>Waits for the state; a run that failed instead is told at once, with its reason.</summary>
    public async Task RunIsAsync(string state)
    {
        var wanted = Page.Locator($".page-header [data-state={state}]");
        await Expect(wanted.Or(Page.Locator(".page-header [data-state=Failed]")).First).ToBeVisibleAsync(new() { Timeout = TrainingLimitMs });
        var failure = Page.Locator("p.failure");
        Assert.True(await wanted.IsVisibleAsync(), await failure.IsVisibleAsync() ? await failure.TextContentAsync() : "The run failed without a reason.");
    }

    public async Task PromoteAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Promote" }).First.ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByTestId("gate").WaitForAsync();
        var because = dialog.GetByLabel("Promote all the same, because");
        if (await because.IsVisibleAsync())
        {
            await because.FillAsync("Few test images: looked at each of them.");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Overrule the gate" }).ClickAsync();
        }
        else
        {
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Promote" }).ClickAsync();
        }

        await Expect(dialog).ToHaveCountAsync(0);
    }

    public async Task GoAsync(Guid projectId, string page)
    {
        await Page.GotoAsync($"/projects/{projectId}/{page}");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).Not.ToBeEmptyAsync();
    }

    public static string ClassOf(string fileName) => fileName[..fileName.LastIndexOf('-')];

    [GeneratedRegex("/projects/([0-9a-fA-F-]{36})$")]
    private static partial Regex ProjectAddress();

    [GeneratedRegex("/runs/([0-9a-fA-F-]{36})$")]
    private static partial Regex RunAddress();

    [GeneratedRegex("^[0-9,]+$")]
    private static partial Regex Digits();

    [GeneratedRegex("^Quick")]
    private static partial Regex Quick();

    [GeneratedRegex("^Train on")]
    private static partial Regex TrainOn();
}
