using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>What the page of labelling does around a label: keys, looking closely, staying, finding a class, what others change.</summary>
[Trait("Speed", "Slow")]
public sealed class FocusViewTests(SharedServer server)
{
    /// <summary>Each press as the browser tells it, and what it means with classes on 1, 0 and a, an eleventh on Shift and 1, and one on Alt and 3.</summary>
    private const string KeyTable = """
        async () => {
          const { commandOf } = await import('/js/labelling/keys.js');
          const { Keymap } = await import('/js/labelling/keymap.js');
          const keymap = new Keymap();
          const classes = { 1: 'one', 0: 'ten', a: 'a', 'Shift+1': 'eleven', 'Alt+3': 'keyless' };
          const press = (key, code = '', held = {}) => {
            const found = commandOf({ key, code, target: document.body, ...held }, keymap, (name) => classes[name]);
            return found ? found.classId ?? found.name : '-';
          };
          const [ctrl, alt, shift] = [{ ctrlKey: true }, { altKey: true }, { shiftKey: true }];
          return [
            press('1', 'Digit1'), press('1', 'Numpad1'), press('End', 'Numpad1'), press('0', 'Numpad0'), press('&', 'Digit1'),
            press('a', 'KeyA'), press('a', 'KeyA', ctrl), press('a', 'KeyA', alt), press('A', 'KeyA', shift), press('1', 'Digit1', ctrl),
            press('Enter'), press('Enter', '', ctrl), press('x'), press('x', '', ctrl), press('z', '', ctrl), press('Z', '', { ...ctrl, ...shift }),
            press('r', 'KeyR', ctrl), press('w', 'KeyW', ctrl), press('t', 'KeyT', ctrl), press('l', 'KeyL', ctrl), press('F5'), press('ArrowLeft', '', alt),
            press('ArrowLeft'), press('Backspace'), press('?', 'Slash', shift),
            press('!', 'Digit1', shift), press('End', 'Numpad1', shift), press('1', 'Digit1', shift), press('!', 'Digit1', { ...ctrl, ...shift }),
            press('@', 'Digit2', shift), press('X', 'KeyX', shift), press('£', 'Digit3', alt), press('3', 'Numpad3', alt), press('2', 'Digit2', alt),
          ].join(' ');
        }
        """;

    /// <summary>Buttons by probability, those without one behind, and as they are listed where nobody wishes it.</summary>
    private const string ScoreOrder = """
        async () => {
          const { orderOf, ranksOf } = await import('/js/labelling/class-order.js');
          const ranks = ranksOf([{ classId: 'hat', probability: 0.2 }, { classId: 'coat', probability: 0.7 }, { classId: 'sock', probability: 0.1 }]);
          const of = (byScore) => ['hat', 'coat', 'sock', 'new'].map((id) => orderOf(id, ranks, byScore)).join();
          return `${of(true)} | ${of(false)}`;
        }
        """;

    /// <summary>What is typed finds names that begin with it, then names that hold it, then other names of a class; Enter takes the first.</summary>
    private const string FindTable = """
        async () => {
          const { FindClass } = await import('/js/labelling/find-class.js');
          const dialog = document.body.appendChild(document.querySelector('[data-part=find]').cloneNode(true));
          const input = dialog.querySelector('input');
          const chosen = [];
          const find = new FindClass(dialog, (classId) => chosen.push(classId));
          const of = (id, name, aliases) => ({ id, name, aliases, colour: '#000' });
          find.setClasses([of('coat', 'Coat', 'Jacket, Parka'), of('jack', 'Blackjack', ''), of('jacks', 'Jacks', ''), of('hat', 'Hat', '')]);
          const found = ['jack', 'park', 'hat', 'shoe'].map((text) => {
            find.open(1);
            input.value = text;
            input.dispatchEvent(new Event('input'));
            const options = [...dialog.querySelectorAll('[role=option]')].map((option) => option.textContent);
            input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
            dialog.close();
            return options.join();
          });
          dialog.remove();
          return `${found.join(' | ')} > ${chosen.join()}`;
        }
        """;

    /// <summary>Two seconds on screen, six hidden, one on screen again.</summary>
    private const string LookTimeTable = """
        async () => {
          const { LookTime } = await import('/js/labelling/look-time.js');
          const [real, clock] = [performance.now, { ms: 1000, state: 'visible' }];
          performance.now = () => clock.ms;
          Object.defineProperty(document, 'visibilityState', { get: () => clock.state, configurable: true });
          try {
            const time = new LookTime();
            time.restart();
            for (const [ms, state] of [[3000, 'hidden'], [9000, 'visible']]) {
              Object.assign(clock, { ms, state });
              time.visibilityChanged();
            }
            clock.ms = 10000;
            return time.ms;
          } finally {
            performance.now = real;
            delete document.visibilityState;
          }
        }
        """;

    /// <summary>A copy of 200 pixels in a frame of 400 is looked at closely, at its very pixels, and left.</summary>
    private const string OriginalTable = """
        async () => {
          const { Viewer } = await import('/js/labelling/viewer.js');
          const urlOf = (side, colour) => {
            const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
            const pen = canvas.getContext('2d');
            pen.fillStyle = colour;
            pen.fillRect(0, 0, side, side);
            return canvas.toDataURL();
          };
          const holder = document.body.appendChild(document.createElement('div'));
          holder.style.cssText = 'position:fixed;inset:0 auto auto 0;width:432px;height:460px';
          const frame = holder.appendChild(document.createElement('div'));
          frame.className = 'lsn-frame';
          const viewer = new Viewer(frame);
          const [small, large] = [urlOf(200, 'red'), urlOf(1000, 'blue')];
          const image = Object.assign(new Image(), { src: small });
          await image.decode();
          viewer.show(image, { widthPx: 1000, heightPx: 1000, url: large });
          viewer.zoom(1.4);
          while (frame.dataset.resolution !== 'original') await new Promise((resolve) => setTimeout(resolve, 20));
          await image.decode();
          const shown = image.naturalWidth;
          viewer.commands['actual-size']();
          const scale = /scale\(([\d.]+)\)/.exec(image.style.transform)[1];
          viewer.commands['shadows-up'](), viewer.commands.colours();
          const exponent = Number(holder.querySelector('feFuncG').getAttribute('exponent')).toFixed(2);
          const filter = image.style.filter;
          viewer.clear();
          const left = image.src === small;
          viewer.close();
          holder.remove();
          return `${shown} ${scale} ${exponent} ${filter} ${left}`;
        }
        """;

    [Fact]
    public async Task View_KeysLooksAndChangesByOthers_BehaveAsTheyShould()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 4);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateLabellingProjectAsync("View", photos);

        Assert.Equal(
            "one one one ten one a - - - - accept - discard - undo redo - - - - - - previous undo help eleven eleven one - - discard-reason keyless - -",
            await page.EvaluateAsync<string>(KeyTable));
        Assert.Equal("1,0,2,9999 | ,,,", await page.EvaluateAsync<string>(ScoreOrder));
        Assert.Equal(
            "Jacks,Blackjack,Coat (Jacket, Parka) | Coat (Jacket, Parka) | Hat |  > jacks,coat,hat",
            await page.EvaluateAsync<string>(FindTable));
        Assert.Equal(3000, await page.EvaluateAsync<int>(LookTimeTable));
        Assert.Equal("1000 2.5 0.83 url(\"#lsn-gamma\") url(\"#lsn-colours\") true", await page.EvaluateAsync<string>(OriginalTable));
        await LookCloselyAsync(page);
        await StayOnTheImageAsync(page, photos);
        await FindAClassByNameAsync(page, photos);
        await TakeBackAsync(studio, project, photos);
        await NewClassForTheImageAsync(studio, project);
        await NewClassOfSomebodyElseAsync(studio, project);
        await AcceptTheSuggestionAsync(studio, project);
        await BrokenPicturesAsync(page, steps, project);
        Assert.Empty(studio.Browser.Errors);
    }

    [Fact]
    public async Task View_FortyClasses_AreReachedByTypingOrderedByProbabilityAndTheStreamFollowsTheChosenOrder()
    {
        const int classes = 40;
        using var photos = new LabelledPhotos(classes: 6, imagesPerClass: 8);
        await using var studio = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateProjectAsync("Forty");
        var files = photos.FilesOf(photos.Classes);
        await new StudioCalls(page).ImportAsync(project, files.Index().Select(item => (
            item.Index < classes ? string.Create(CultureInfo.InvariantCulture, $"kind {item.Index + 1:D2}/{item.Index}.jpg") : Path.GetFileName(item.Item), item.Item)));
        // The first images come before the model has learned: their suggestions follow by themselves.
        await page.RouteAsync("**/labelling/take", WithoutSuggestionsAsync, new() { Times = 2 });
        await steps.OpenLabellingAsync(project);
        await Expect(page.Locator("button[data-class-id]")).ToHaveCountAsync(classes);

        await OrderByProbabilityAsync(page);
        await ArrivalOrderAsync(page, [.. files.Skip(classes).Select(file => Path.GetFileName(file)!)]);
        var shown = await NameAsync(page);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("40");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(shown);
        await steps.AllSavedAsync();
        Assert.Equal(await ClassIdAsync(page, "kind 40"), await SavedClassAsync(page, project, shown));

        await Expect(page.GetByTestId("class-kind 15").Locator("kbd")).ToHaveTextAsync("⇧5");
        shown = await NameAsync(page);
        await page.Keyboard.PressAsync("Shift+Digit5");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(shown);
        await steps.AllSavedAsync();
        Assert.Equal(await ClassIdAsync(page, "kind 15"), await SavedClassAsync(page, project, shown));
        Assert.Empty(studio.Browser.Errors);
    }

    private static async Task WithoutSuggestionsAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        var body = JsonNode.Parse(await answer.TextAsync())!;
        body["suggestions"] = new JsonObject();
        await route.FulfillAsync(new() { Response = answer, Body = body.ToJsonString() });
    }

    /// <summary>As drawn, from top to bottom: the suggested class comes first, and the others by their probability.</summary>
    private static async Task OrderByProbabilityAsync(IPage page)
    {
        const string shares = """
            all => all.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top || a.getBoundingClientRect().left - b.getBoundingClientRect().left)
              .map((one) => Number(one.querySelector('[data-bar]').style.getPropertyValue('--share')))
            """;
        var buttons = page.Locator("button[data-class-id]");
        await Expect(page.GetByTestId("suggestion")).ToBeEnabledAsync();
        var listed = await buttons.EvaluateAllAsync<double[]>(shares);
        await page.Locator("[data-setting=byScore]").CheckAsync();
        var ordered = await buttons.EvaluateAllAsync<double[]>(shares);
        Assert.NotEqual(listed, ordered);
        Assert.Equal(listed.OrderDescending(), ordered);
        await page.Locator("[data-setting=byScore]").UncheckAsync();
    }

    /// <summary>The model's order gives way to that of arrival with the next image.</summary>
    private static async Task ArrivalOrderAsync(IPage page, IReadOnlyList<string> arrived)
    {
        var first = await NameAsync(page);
        await page.GetByTestId("queue-order").SelectOptionAsync("Oldest");
        var seen = new List<string>();
        for (var image = 0; image < 4; image++)
        {
            var shown = await NameAsync(page);
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(shown);
            seen.Add(await NameAsync(page));
        }

        Assert.Equal(arrived.Where(name => name != first).Take(4), seen);
    }

    /// <summary>Zoom, turn, square pixels and light are for the eye; the next picture lies upright again.</summary>
    private static async Task LookCloselyAsync(IPage page)
    {
        var picture = page.Locator(".lsn-picture");
        await page.Keyboard.PressAsync(".");
        await Expect(picture).ToHaveAttributeAsync("style", new Regex("rotate\\(90deg\\)"));
        await ZoomAndDragAsync(page, picture);
        await page.Keyboard.PressAsync("]");
        await page.Keyboard.PressAsync("}");
        await Expect(picture).ToHaveAttributeAsync("style", new Regex("brightness\\(1.2\\) contrast\\(1.2\\)"));
        await page.Keyboard.PressAsync(",");
        await Expect(picture).ToHaveCSSAsync("image-rendering", "pixelated");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(picture).Not.ToHaveAttributeAsync("style", new Regex("rotate"));
        await page.Keyboard.PressAsync("h");
        await Expect(page.Locator("[data-part=suggestion-class]")).ToHaveTextAsync("Suggestions hidden");
        await page.Keyboard.PressAsync("h");
    }

    private static async Task ZoomAndDragAsync(IPage page, ILocator picture)
    {
        var fitted = (await picture.BoundingBoxAsync())!;
        await page.Keyboard.PressAsync("+");
        var zoomed = (await picture.BoundingBoxAsync())!;
        Assert.Equal(1.4, zoomed.Width / fitted.Width, 0.01);

        await page.Mouse.MoveAsync(zoomed.X + (zoomed.Width / 2), zoomed.Y + (zoomed.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(zoomed.X + (zoomed.Width / 2) + 40, zoomed.Y + (zoomed.Height / 2) - 20);
        await page.Mouse.UpAsync();
        var dragged = (await picture.BoundingBoxAsync())!;
        Assert.Equal((40, -20), (Math.Round(dragged.X - zoomed.X), Math.Round(dragged.Y - zoomed.Y)));
    }

    private static async Task StayOnTheImageAsync(IPage page, LabelledPhotos photos)
    {
        var shown = (await page.Locator("[data-part=name]").TextContentAsync())!;
        await page.Locator("[data-setting=advance]").UncheckAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync($"Labelled {photos.Classes[1]}");
        await Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(shown);
    }

    private static async Task FindAClassByNameAsync(IPage page, LabelledPhotos photos)
    {
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync(photos.Classes[0][..3]);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-part=label]")).ToHaveTextAsync($"Labelled {photos.Classes[0]}");
        await page.Locator("[data-setting=advance]").CheckAsync();
    }

    /// <summary>Back to an image, a label and a discard taken back and done again, and taken back once more by a page opened anew.</summary>
    private static async Task TakeBackAsync(StudioSession studio, Guid project, LabelledPhotos photos)
    {
        var (page, steps) = (studio.Page, studio.Steps);
        var label = page.Locator("[data-part=label]");
        await page.Keyboard.PressAsync("ArrowRight");
        var labelled = await NameAsync(page);
        await page.Keyboard.PressAsync("1");
        var discarded = await NameAsync(page);
        await page.Keyboard.PressAsync("x");
        await Expect(page.Locator("[data-part=flash]")).ToHaveTextAsync("Discarded · Ctrl+Z takes it back");
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShownIsAsync(page, discarded);
        await Expect(label).ToHaveTextAsync("Discarded");
        await page.Keyboard.PressAsync("ArrowLeft");
        await ShownIsAsync(page, labelled);
        await Expect(label).ToHaveTextAsync($"Labelled {photos.Classes[0]}");
        await steps.AllSavedAsync();
        var given = await SavedClassAsync(page, project, labelled);
        Assert.NotNull(given);

        await UndoBothAsync("Backspace");
        await page.Keyboard.PressAsync("Control+y");
        await page.Keyboard.PressAsync("Control+y");
        await steps.AllSavedAsync();
        Assert.Equal(given, await SavedClassAsync(page, project, labelled));
        await steps.OpenLabellingAsync(project);
        await UndoBothAsync("Control+z");

        async Task UndoBothAsync(string second)
        {
            await page.Keyboard.PressAsync("Control+z");
            await ShownIsAsync(page, discarded);
            await Expect(label).ToBeHiddenAsync();
            await page.Keyboard.PressAsync(second);
            await ShownIsAsync(page, labelled);
            await Expect(label).ToBeHiddenAsync();
            await steps.AllSavedAsync();
            Assert.Null(await SavedClassAsync(page, project, labelled));
        }
    }

    private static async Task NewClassForTheImageAsync(StudioSession studio, Guid project)
    {
        var (page, steps) = (studio.Page, studio.Steps);
        var shown = await NameAsync(page);
        await page.Keyboard.PressAsync("n");
        var field = page.GetByRole(AriaRole.Dialog).GetByLabel("Name");
        await field.FillAsync("Made here");
        await field.PressAsync("Enter");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(shown);
        await steps.AllSavedAsync();
        Assert.Equal(await ClassIdAsync(page, "Made here"), await SavedClassAsync(page, project, shown));
    }

    /// <summary>A class made in another window is there to choose at once.</summary>
    private static async Task NewClassOfSomebodyElseAsync(StudioSession studio, Guid project)
    {
        var other = await studio.Browser.Context.NewPageAsync();
        await new StudioSteps(other).CreateClassAsync(project, "Extra");
        await other.CloseAsync();
        await Expect(studio.Page.GetByTestId("class-Extra")).ToBeVisibleAsync();
        var shown = await NameAsync(studio.Page);
        await studio.Page.Keyboard.PressAsync("4");
        await studio.Steps.AllSavedAsync();
        Assert.Equal(await ClassIdAsync(studio.Page, "Extra"), await SavedClassAsync(studio.Page, project, shown));
    }

    /// <summary>Enter gives the image the class that the model suggests, and the history tells that it was accepted.</summary>
    private static async Task AcceptTheSuggestionAsync(StudioSession studio, Guid project)
    {
        var page = studio.Page;
        await Expect(page.GetByTestId("suggestion")).ToBeEnabledAsync();
        await Expect(page.Locator("[data-part=suggestion-probability]")).ToContainTextAsync("%");
        var shown = await NameAsync(page);
        var suggested = (await page.Locator("[data-part=suggestion-class]").TextContentAsync())!;
        await page.Keyboard.PressAsync("Enter");
        await studio.Steps.AllSavedAsync();
        Assert.Equal(await ClassIdAsync(page, suggested), await SavedClassAsync(page, project, shown));
        var history = await page.APIRequest.GetAsync($"/api/v1/projects/{project}/export/history");
        Assert.Contains(
            (await history.TextAsync()).Split('\n'),
            line => line.Contains($",{shown},", StringComparison.Ordinal) && line.Contains(",Accepted,", StringComparison.Ordinal));
    }

    /// <summary>Pictures that cannot be shown are named, and the stream goes on past them.</summary>
    private static async Task BrokenPicturesAsync(IPage page, StudioSteps steps, Guid project)
    {
        await page.RouteAsync("**/images/*/view*", route => route.FulfillAsync(new() { ContentType = "image/jpeg", Body = "no picture" }));
        await steps.GoAsync(project, "label");
        await Expect(page.GetByText("This picture can't be shown.")).ToBeVisibleAsync();
        var broken = (await page.Locator("[data-part=name]").TextContentAsync())!;
        await page.GetByRole(AriaRole.Alert).GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(broken);
        await steps.AllSavedAsync();
    }

    private static Task ShownIsAsync(IPage page, string fileName) => Expect(page.Locator("[data-part=name]")).ToHaveTextAsync(fileName);

    private static async Task<string> NameAsync(IPage page)
    {
        await Expect(page.Locator("[data-part=name]")).Not.ToBeEmptyAsync();
        return (await page.Locator("[data-part=name]").TextContentAsync())!;
    }

    private static async Task<Guid> ClassIdAsync(IPage page, string name) =>
        Guid.Parse((await page.GetByTestId($"class-{name}").GetAttributeAsync("data-class-id"))!);

    private static async Task<Guid?> SavedClassAsync(IPage page, Guid project, string fileName) =>
        (await SavedLabel.RecentAsync(page, project)).Single(label => label.FileName == fileName).ClassId;
}
