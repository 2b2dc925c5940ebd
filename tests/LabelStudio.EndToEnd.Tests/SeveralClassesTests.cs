using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Where an image may have several classes, keys choose them for the image shown, and Enter saves what is chosen.</summary>
[Trait("Speed", "Slow")]
public sealed class SeveralClassesTests(SharedServer server)
{
    /// <summary>Toggled one after the other, with a class that goes with no other; names of sets and how probable each class is.</summary>
    private const string LabelTable = """
        async () => {
          const { Labels } = await import('/js/labelling/labels.js');
          const of = (id, more) => ({ id, name: id, colour: '#000', ...more });
          const list = [of('cat'), of('dog'), of('none', { isNegative: true }), of('pair', { memberIds: ['cat', 'dog'] }), of('empty', { memberIds: [] })];
          const [labels, single] = [new Labels(list, true), new Labels(list, false)];
          const toggled = (...ids) => ids.reduce((chosen, id) => labels.toggled(chosen, id), []).join('+');
          const sums = [...labels.marginals([{ classId: 'pair', probability: 0.5 }, { classId: 'dog', probability: 0.25 }, { classId: 'gone', probability: 0.1 }])];
          return [
            toggled('dog', 'cat'), toggled('dog', 'cat', 'dog'), toggled('dog', 'none'), toggled('none', 'cat'), toggled('none', 'none') || '-',
            labels.of({ classIds: ['dog', 'cat'] }).name, labels.of({ classIds: [] }).name, labels.of({ classIds: ['dog', 'gone'] }), labels.of({ classId: 'pair' }).name,
            sums.join(' '), labels.canBeSuggested('pair'), single.canBeSuggested('pair'), labels.classes.map((c) => c.id).join(),
          ].join(' | ');
        }
        """;

    [Fact]
    public async Task Labelling_ByKeyboardAlone_SavesSetsKeepsChoicesWithTheirImageTakesThemBackAndDeliversThemOnce()
    {
        using var photos = new LabelledPhotos(classes: 3, imagesPerClass: 6);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var (a, b, c) = (photos.Classes[0], photos.Classes[1], photos.Classes[2]);
        var project = await OpenAsync(studio, photos);
        // Judged without suggestions, nothing is chosen before the person does.
        await page.Keyboard.PressAsync("h");
        await ChosenAsync(page, "Save No class");
        var known = (await HistoryAsync(page, project)).Count;

        var first = await NameAsync(page);
        var before = await PlacesAsync(page);
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("3");
        await ChosenAsync(page, $"Save {a} + {c}", a, c);
        await Expect(page.Locator("[data-part=announce]")).ToHaveTextAsync($"To save: {a} + {c}.");
        Assert.Equal(before, await PlacesAsync(page));
        await page.Keyboard.PressAsync("ArrowRight");
        await ChosenAsync(page, "Save No class");
        var second = await NameAsync(page);
        await FindAsync(page, b);
        await page.Keyboard.PressAsync("ArrowLeft");
        await ChosenAsync(page, $"Save {a} + {c}", a, c);
        Assert.Equal(known, (await HistoryAsync(page, project)).Count);

        await page.Keyboard.PressAsync("Enter");
        await ShownIsAsync(page, second);
        await ChosenAsync(page, $"Save {b}", b);
        await page.Keyboard.PressAsync("Enter");
        await ChosenAsync(page, "Save No class");
        var third = await NameAsync(page);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(third);
        await steps.AllSavedAsync();
        Assert.Equal(
            [new Act(first, "Label", $"{a} + {c}", "Manual"), new Act(second, "Label", b, "Manual"), new Act(third, "Label", "No class", "Manual")],
            (await HistoryAsync(page, project)).Skip(known));
        Assert.NotNull(await SavedClassAsync(page, project, third));

        await TakeBackAsync(studio, project, first, second, third, photos);
        await DiscardedIsNotOfNoClassAsync(studio, project);
        await ShownAgainByAPageOpenedAnewAsync(studio, project, second, third, b);
        await DeliveredOnceAndInOrderAsync(studio, project, photos);
        await SecondLookKeepsTheSetAsync(studio, project, first, [a, c]);
    }

    [Fact]
    public async Task Labelling_WithSuggestionsOthersAndNewClasses_NeverChangesWhatWasChosenByHand()
    {
        using var photos = new LabelledPhotos(classes: 3, imagesPerClass: 4);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var (a, b, c) = (photos.Classes[0], photos.Classes[1], photos.Classes[2]);
        JsonArray scores = [];
        await page.RouteAsync("**/labelling/take", route => SuggestAsync(route, scores));
        var project = await OpenAsync(studio, photos);
        Assert.Equal(
            "cat+dog | cat | none | cat | - | cat + dog | No class |  | pair | cat,0.5 dog,0.75 | true | false | cat,dog,none",
            await page.EvaluateAsync<string>(LabelTable));
        var known = (await HistoryAsync(page, project)).Count;
        await ChosenAsync(page, "Save No class");

        var asked = await ConflictNamesTheSetOfTheOtherAsync(page, project, b, c);
        await steps.AllSavedAsync();
        var pair = await SavedClassAsync(page, project, asked);

        // A class chosen by hand stays when a suggestion comes for the image.
        await page.Keyboard.PressAsync("1");
        scores.Add(new JsonObject { ["classId"] = pair.ToString(), ["probability"] = 0.5 });
        scores.Add(new JsonObject { ["classId"] = await ClassIdAsync(page, c), ["probability"] = 0.25 });
        await page.GetByTestId("queue-order").SelectOptionAsync("Oldest");
        await Expect(page.Locator("[data-part=suggestion-source]")).ToHaveTextAsync($"live head: {b} + {c}");
        await ChosenAsync(page, $"Save {a}", a);
        Assert.Equal("0,0.5,0.75", await page.Locator("button[data-class-id] [data-bar]").EvaluateAllAsync<string>("all => all.map(one => one.style.getPropertyValue('--share')).join()"));
        var corrected = await NameAsync(page);
        await page.Keyboard.PressAsync("Enter");

        // What the model thinks of the next is chosen already; without suggestions it is not.
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(corrected);
        await ChosenAsync(page, $"Save {b} + {c}", b, c);
        await page.Keyboard.PressAsync("h");
        await ChosenAsync(page, "Save No class");
        await page.Keyboard.PressAsync("h");
        var accepted = await NameAsync(page);
        await page.GetByTestId("save-choice").ClickAsync();
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(accepted);
        await steps.AllSavedAsync();
        Assert.Equal(
            [new Act(corrected, "Label", a, "Corrected"), new Act(accepted, "Label", $"{b} + {c}", "Accepted")],
            (await HistoryAsync(page, project)).Skip(known).TakeLast(2));

        await NewClassIsChosenAndNotSavedAsync(studio, project, b, c);
        var findings = await PageFindings.WideAndPhoneAsync(page, [$"/projects/{project}/label"]);
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
        Assert.Empty(studio.Browser.Errors);
    }

    /// <summary>Three classes, each with one picture that has it; the other pictures are still to be labelled.</summary>
    private static async Task<Guid> OpenAsync(StudioSession studio, LabelledPhotos photos)
    {
        var project = await studio.Steps.CreateProjectAsync("Wardrobe", takesSeveralClasses: true);
        await new StudioCalls(studio.Page).ImportAsync(project, photos.Classes.SelectMany(name => photos.FilesOf(name).Index().Select(
            item => (item.Index == 0 ? $"{name}/{Path.GetFileName(item.Item)}" : Path.GetFileName(item.Item), item.Item))));
        await studio.Steps.OpenLabellingAsync(project);
        await Expect(studio.Page.Locator("button[data-class-id] .lsn-class-name")).ToHaveTextAsync(photos.Classes);
        return project;
    }

    /// <summary>An image that had no label comes back with what was chosen, one that had a label with its classes.</summary>
    private static async Task TakeBackAsync(StudioSession studio, Guid project, string first, string second, string third, LabelledPhotos photos)
    {
        var (page, steps) = (studio.Page, studio.Steps);
        var (a, b, c) = (photos.Classes[0], photos.Classes[1], photos.Classes[2]);
        await page.Keyboard.PressAsync("Control+z");
        await ShownIsAsync(page, third);
        await page.Keyboard.PressAsync("Backspace");
        await ShownIsAsync(page, second);
        await ChosenAsync(page, $"Save {b}", b);
        await Expect(page.Locator("[data-part=label]")).ToBeHiddenAsync();
        await steps.AllSavedAsync();
        Assert.Null(await SavedClassAsync(page, project, second));
        Assert.Null(await SavedClassAsync(page, project, third));
        await page.Keyboard.PressAsync("Control+y");
        await page.Keyboard.PressAsync("Control+y");

        await page.GetByTestId("history").GetByRole(AriaRole.Button, new() { Name = $"{first}: {a} + {c}. Go back to it" }).PressAsync("Enter");
        await ShownIsAsync(page, first);
        await page.GetByTestId("stage").FocusAsync();
        await ChosenAsync(page, $"Keep {a} + {c}", a, c);
        await page.Keyboard.PressAsync("3");
        await ChosenAsync(page, $"Save {a}", a);
        await page.Keyboard.PressAsync("Enter");
        await steps.AllSavedAsync();
        Assert.Equal(await ClassIdAsync(page, a), (await SavedClassAsync(page, project, first))?.ToString());
        await page.Keyboard.PressAsync("Control+z");
        await ShownIsAsync(page, first);
        await ChosenAsync(page, $"Keep {a} + {c}", a, c);
        await steps.AllSavedAsync();
        Assert.Equal(
            [new Act(second, "Label", b, "Manual"), new Act(third, "Label", "No class", "Manual"), new Act(first, "Label", a, "Manual"), new Act(first, "Label", $"{a} + {c}", "Manual")],
            (await HistoryAsync(page, project)).TakeLast(4));
    }

    /// <summary>A discard gives up what was chosen, and Enter makes no label of it.</summary>
    private static async Task DiscardedIsNotOfNoClassAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        while (await page.Locator("[data-part=label]").IsVisibleAsync())
        {
            await page.Keyboard.PressAsync("ArrowRight");
        }

        var discarded = await NameAsync(page);
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("x");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(discarded);
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShownIsAsync(page, discarded);
        await ChosenAsync(page, "Choose its classes");
        await Expect(page.GetByTestId("save-choice")).ToBeDisabledAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-part=flash]")).ToHaveTextAsync("This image is discarded: choose classes to give it a label.");
        await studio.Steps.AllSavedAsync();
        Assert.Equal(new Act(discarded, "Discard", "", "Manual"), (await HistoryAsync(page, project))[^1]);
        await page.Keyboard.PressAsync("Control+z");
        await ChosenAsync(page, "Save No class");
        await studio.Steps.AllSavedAsync();
    }

    private static async Task ShownAgainByAPageOpenedAnewAsync(StudioSession studio, Guid project, string second, string third, string b)
    {
        var page = studio.Page;
        await studio.Steps.OpenLabellingAsync(project);
        await ChosenAsync(page, "Save No class");
        await GoBackToAsync(third);
        await ChosenAsync(page, "Keep No class");
        await GoBackToAsync(second);
        await ChosenAsync(page, $"Keep {b}", b);
        await studio.Steps.OpenLabellingAsync(project);

        async Task GoBackToAsync(string file)
        {
            await page.GetByTestId("history").GetByRole(AriaRole.Button, new() { NameRegex = new Regex($"^{Regex.Escape(file)}: ") }).ClickAsync();
            await ShownIsAsync(page, file);
        }
    }

    /// <summary>Cut off from the server and crashed, a page opened later sends the sets from the browser's store.</summary>
    private static async Task DeliveredOnceAndInOrderAsync(StudioSession studio, Guid project, LabelledPhotos photos)
    {
        var page = studio.Page;
        var (a, b, c) = (photos.Classes[0], photos.Classes[1], photos.Classes[2]);
        var known = (await HistoryAsync(page, project)).Count;
        await studio.Browser.Context.SetOfflineAsync(true);
        var expected = new List<Act>();
        foreach (var (keys, label) in new[] { ("12", $"{a} + {b}"), ("123", $"{a} + {b} + {c}"), ("", "No class"), ("3", c) })
        {
            var shown = await NameAsync(page);
            await page.Keyboard.TypeAsync(keys);
            await Expect(page.Locator("[data-part=suggestion-class]")).ToHaveTextAsync($"Save {label}");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(shown);
            expected.Add(new Act(shown, "Label", label, "Manual"));
        }

        await Expect(page.GetByTestId("save-state")).ToContainTextAsync("4 waiting, no connection.");
        await page.GotoAsync("about:blank");
        await studio.Browser.Context.SetOfflineAsync(false);
        await studio.Steps.OpenLabellingAsync(project);
        await studio.Steps.AllSavedAsync();
        Assert.Equal(expected, (await HistoryAsync(page, project)).Skip(known));
        await Expect(page.GetByTestId("history").GetByRole(AriaRole.Button, new() { Name = $"{a} + {b} + {c}" })).ToBeVisibleAsync();
    }

    /// <summary>Chosen in the grid to be looked at again, an image has its label's classes chosen, and Enter keeps them.</summary>
    private static async Task SecondLookKeepsTheSetAsync(StudioSession studio, Guid project, string file, string[] classes)
    {
        var (page, label) = (studio.Page, string.Join(" + ", classes));
        await page.EvaluateAsync(
            """
            async ([projectId, file]) => {
              const { handOver } = await import('/js/labelling/selected-images.js');
              const [image] = document.querySelectorAll(`[data-testid=history] button[aria-label^="${file}: "]`);
              handOver(projectId, [Number(image.dataset.imageId)]);
            }
            """,
            new[] { project.ToString(), file });
        await studio.Steps.GoAsync(project, "label?again=true");
        await ShownIsAsync(page, file);
        await Expect(page.GetByTestId("again")).ToContainTextAsync("saves the classes that are chosen; another class is added, or taken away.");
        await ChosenAsync(page, $"Keep {label}", classes);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-part=done-title]")).ToHaveTextAsync("All looked at again");
        await studio.Steps.AllSavedAsync();
        Assert.Equal(new Act(file, "Label", label, "Manual"), (await HistoryAsync(page, project))[^1]);
    }

    /// <summary>Somebody gives a set that nobody gave before: its name comes with the classes, and the answer keeps it.</summary>
    private static async Task<string> ConflictNamesTheSetOfTheOtherAsync(IPage page, Guid project, string b, string c)
    {
        var name = await NameAsync(page);
        await page.EvaluateAsync(
            """
            async ([projectId, imageId, ...classIds]) => {
              const { post, address } = await import('/js/connection.js');
              const decision = { id: crypto.randomUUID(), imageId: Number(imageId), kind: 'Label', classIds };
              await post(address(`api/v1/projects/${projectId}/labelling/decisions`), { decisions: [decision] });
            }
            """,
            new[] { project.ToString(), (await page.GetByTestId("stage").GetAttributeAsync("data-image-id"))!, await ClassIdAsync(page, b), await ClassIdAsync(page, c) });
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("2");
        await page.Keyboard.PressAsync("Enter");
        var problems = page.GetByTestId("problems");
        await Expect(problems).ToContainTextAsync(new Regex($"{Regex.Escape(name)} was labelled {Regex.Escape($"{b} + {c}")} by .+ \\d+ s ago"));
        await Expect(problems.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Use .+ \\+ .+") })).ToBeVisibleAsync();
        await problems.GetByRole(AriaRole.Button, new() { Name = $"Keep {b} + {c}" }).ClickAsync();
        await Expect(problems.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        return name;
    }

    private static async Task NewClassIsChosenAndNotSavedAsync(StudioSession studio, Guid project, string b, string c)
    {
        var page = studio.Page;
        var (shown, acts) = (await NameAsync(page), (await HistoryAsync(page, project)).Count);
        await page.Keyboard.PressAsync("n");
        var field = page.GetByRole(AriaRole.Dialog).GetByLabel("Name");
        await field.FillAsync("Made here");
        await field.PressAsync("Enter");
        await ChosenAsync(page, $"Save {b} + {c} + Made here", b, c, "Made here");
        await ShownIsAsync(page, shown);
        Assert.Equal(acts, (await HistoryAsync(page, project)).Count);
    }

    /// <summary>Every image that is asked about gets these scores; none, where there are none.</summary>
    private static async Task SuggestAsync(IRoute route, JsonArray scores)
    {
        var answer = await route.FetchAsync();
        var body = JsonNode.Parse(await answer.TextAsync())!;
        var asked = JsonNode.Parse(route.Request.PostData!)!["suggestFor"]?.AsArray().Select(id => id!.ToString()) ?? [];
        var ids = scores.Count == 0 ? [] : asked.Union(body["tasks"]!.AsArray().Select(task => task!["imageId"]!.ToString()));
        body["suggestions"] = new JsonObject(ids.Select(id => KeyValuePair.Create<string, JsonNode?>(
            id, new JsonObject { ["scores"] = scores.DeepClone(), ["source"] = "live head" })));
        body["advisers"] = new JsonArray("live head");
        await route.FulfillAsync(new() { Response = answer, Body = body.ToJsonString() });
    }

    /// <summary>What the button says, and the classes that are chosen.</summary>
    private static async Task ChosenAsync(IPage page, string button, params string[] classes)
    {
        await Expect(page.Locator("[data-part=suggestion-class]")).ToHaveTextAsync(button);
        await Expect(page.Locator("button[data-class-id][aria-pressed=true] .lsn-class-name")).ToHaveTextAsync(classes);
    }

    private static async Task FindAsync(IPage page, string name)
    {
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync(name);
        await page.Keyboard.PressAsync("Enter");
        await ChosenAsync(page, $"Save {name}", name);
    }

    /// <summary>Where the picture, the button and the classes are drawn.</summary>
    private static Task<string> PlacesAsync(IPage page) => page.Locator(".lsn-picture, [data-testid=save-choice], .lsn-outs, button[data-class-id]").EvaluateAllAsync<string>(
        "all => all.map(one => { const box = one.getBoundingClientRect(); return [box.x, box.y, box.width, box.height].join(); }).join(' ')");

    private static Task ShownIsAsync(IPage page, string fileName) => Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(fileName);

    private static async Task<string> NameAsync(IPage page)
    {
        await Expect(page.Locator("[data-part=name]")).Not.ToBeEmptyAsync();
        return (await page.Locator("[data-part=name]").TextContentAsync())!;
    }

    private static async Task<string> ClassIdAsync(IPage page, string name) => (await page.GetByTestId($"class-{name}").GetAttributeAsync("data-class-id"))!;

    private static async Task<Guid?> SavedClassAsync(IPage page, Guid project, string fileName) =>
        (await SavedLabel.RecentAsync(page, project)).Single(label => label.FileName == fileName).ClassId;

    /// <summary>Every act as the server keeps it, oldest first.</summary>
    /// <summary>The table lists a label's classes; here it is called as the pages call it.</summary>
    private static async Task<IReadOnlyList<Act>> HistoryAsync(IPage page, Guid project)
    {
        var answer = await page.APIRequest.GetAsync($"/api/v1/projects/{project}/export/history");
        return [.. (await answer.TextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).Select(row => new Act(row[1], row[3], row[4].Replace("|", " + ", StringComparison.Ordinal), row[7]))];
    }

    private sealed record Act(string Image, string Kind, string Label, string Origin);
}
