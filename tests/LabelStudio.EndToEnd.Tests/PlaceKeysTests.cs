using System.Globalization;
using System.Text.Json.Nodes;
using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Many classes are reached by the same keys from the page of one image and from the grid; and what else a page of labelling does by itself.</summary>
[Trait("Speed", "Slow")]
public sealed class PlaceKeysTests
{
    /// <summary>A heartbeat in its time, one after a night with the lid closed, and what a suggestion of a model looks like that is no longer asked.</summary>
    private const string WakeTable = """
        async () => {
          const { TaskSource } = await import('/js/labelling/task-source.js');
          const real = { fetch: window.fetch, now: Date.now, setInterval: window.setInterval };
          const [asked, advised] = [[], []];
          let tick = null;
          const settle = () => new Promise((resolve) => setTimeout(resolve, 100));
          const answer = { tasks: [], suggestions: {}, openComments: {}, counts: {}, queue: { reserve: 0 }, reserve: 0, advisers: ['Model 2'] };
          window.setInterval = (f) => { tick = f; return 0; };
          window.fetch = async (url) => {
            asked.push(String(url).split('/').pop());
            return new Response(JSON.stringify(answer), { status: 200, headers: { 'Content-Type': 'application/json' } });
          };
          const nothing = () => {};
          const source = new TaskSource('p', 'Oldest', {}, {
            heldIds: () => [1], undecidedIds: () => [1], shownId: () => 1, ready: nothing, taken: nothing, failed: (error) => asked.push(error.message),
            advised: (names) => advised.push(names.join()), lacksSuggestion: () => false, wasDecidedSince: () => false,
          });
          await source.open();
          const of = async (now) => {
            Date.now = now;
            asked.length = 0;
            tick();
            await settle();
            return asked.join();
          };
          const [calm, woken, after] = [await of(real.now), await of(() => real.now() + 8 * 3600000), await of(() => real.now() + 8 * 3600000)];
          source.close();
          Object.assign(window, { fetch: real.fetch, setInterval: real.setInterval });
          Date.now = real.now;
          return `${calm} | ${woken} | ${after} | ${advised[0]}`;
        }
        """;

    [Fact]
    public async Task Keys_OfTheEleventhClassAndOfOneWithoutAKey_ActInBothViewsAndLookalikesAreOneKeyAway()
    {
        const int classes = 22;
        using var photos = new LabelledPhotos(classes: 6, imagesPerClass: 4);
        await using var studio = await StudioSession.StartWithoutTrainerAsync(TestContext.Current.CancellationToken);
        var (page, steps) = (studio.Page, studio.Steps);
        var project = await steps.CreateProjectAsync("Places");
        await new StudioCalls(page).ImportAsync(project, photos.FilesOf(photos.Classes).Index().Select(item => (
            item.Index < classes ? string.Create(CultureInfo.InvariantCulture, $"kind {item.Index + 1:D2}/{item.Index}.jpg") : $"loose{item.Index}.jpg", item.Item)));
        await steps.OpenLabellingAsync(project);

        Assert.Equal("heartbeat | heartbeat,take | heartbeat | Model 2", await page.EvaluateAsync<string>(WakeTable));
        await Expect(page.GetByTestId("class-kind 21").Locator("kbd")).ToHaveTextAsync("Alt 1");
        var first = await page.Locator("[data-part=name]").TextContentAsync();
        await page.Keyboard.PressAsync("Alt+Digit1");
        await Expect(page.Locator("[data-part=name]")).Not.ToHaveTextAsync(first!);
        await steps.AllSavedAsync();
        await page.Keyboard.PressAsync("Shift+G");
        await page.WaitForURLAsync("**/images?similar=*");

        await steps.GoAsync(project, $"images?text={first}");
        await LabelInTheGridAsync(page, "kind 21", "Shift+Digit1", "kind 11");
        await LabelInTheGridAsync(page, "kind 11", "Alt+Digit2", "kind 22");

        // The model that said so was followed by another one while the image was on screen.
        await page.RouteAsync("**/labelling/take", SuggestedByAModelOfThePastAsync);
        await steps.OpenLabellingAsync(project);
        await Expect(page.GetByTestId("suggestion")).ToContainTextAsync("Model 1 · out of date");
        Assert.Empty(studio.Browser.Errors);
    }

    private static async Task SuggestedByAModelOfThePastAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        var body = JsonNode.Parse(await answer.TextAsync())!;
        foreach (var task in body["tasks"]!.AsArray())
        {
            var classId = await route.Request.Frame.Page.Locator("button[data-class-id]").First.GetAttributeAsync("data-class-id");
            var score = new JsonObject { ["classId"] = classId, ["probability"] = 0.9 };
            body["suggestions"]![task!["imageId"]!.ToString()] = new JsonObject { ["scores"] = new JsonArray(score), ["source"] = "Model 1" };
        }

        body["advisers"] = new JsonArray("Model 2");
        await route.FulfillAsync(new() { Response = answer, Body = body.ToJsonString() });
    }

    private static async Task LabelInTheGridAsync(IPage page, string before, string key, string after)
    {
        await Expect(page.Locator(".tile .tile-text")).ToHaveTextAsync([before]);
        await page.Locator(".tile").ClickAsync();
        await page.Keyboard.PressAsync(key);
        await Expect(page.Locator(".grid-message [data-part=message]")).ToHaveTextAsync($"1 image labelled {after}.");
        await Expect(page.Locator(".tile .tile-text")).ToHaveTextAsync([after]);
    }
}
