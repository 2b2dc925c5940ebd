using LabelStudio.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LabelStudio.EndToEnd.Tests;

/// <summary>Several people on the same image, each alone; who disagrees, and who is right where the answer is known.</summary>
[Trait("Speed", "Slow")]
public sealed class VotesTests(SharedServer server)
{
    [Fact]
    public async Task TwoVoteBlindAndDisagree_AThirdAdjudicates_AndTheHiddenCheckCounts()
    {
        using var photos = new LabelledPhotos(classes: 2, imagesPerClass: 3);
        await using var lead = await StudioSession.StartAsync(server, TestContext.Current.CancellationToken);
        await using var team = await StudioTeam.InviteAsync(lead, people: 2);
        var (page, steps, keys) = (lead.Page, lead.Steps, photos.Keys);
        var project = await steps.CreateLabellingProjectAsync("Votes", photos);
        var known = (await page.Locator("[data-part=name]").TextContentAsync())!;
        await steps.LabelByKeyboardAsync(keys, atMost: 1);
        await steps.AllSavedAsync();
        await HideAsync(steps, project);
        await PlanAsync(steps, project);

        // The second person is wrong about one image and about the hidden check.
        var wrong = "";
        var first = team.Members[0];
        await first.OpenLabellingAsync(project);
        await VoteAsync(first, file => keys[StudioSteps.ClassOf(file)], images: 6);
        // Whoever still has the page open is named on it: that is no vote that shows.
        await first.GoAsync(project, "classes");
        var second = team.Members[1];
        await second.OpenLabellingAsync(project);
        await second.LabelByKeyboardAsync(
            file =>
            {
                wrong = wrong.Length == 0 && file != known ? file : wrong;
                return file == wrong || file == known ? keys.Values.First(key => key != keys[StudioSteps.ClassOf(file)]) : keys[StudioSteps.ClassOf(file)];
            },
            atMost: 1);
        // Blind: the next image has the first person's vote, and nothing on the page tells.
        await Expect(second.Page.Locator("[data-part=label]")).ToBeHiddenAsync();
        await Expect(second.Page.GetByTestId("focus-view")).Not.ToContainTextAsync("Annotator 1");
        await VoteAsync(
            second,
            file => file == known ? keys.Values.First(key => key != keys[StudioSteps.ClassOf(file)]) : keys[StudioSteps.ClassOf(file)],
            images: 5);

        await steps.GoAsync(project, "review/adjudication");
        var divided = page.GetByTestId("divided");
        await Expect(divided).ToContainTextAsync(wrong);
        await Expect(divided.Locator(".judged-votes li")).ToHaveCountAsync(2);
        await lead.Browser.ScreenshotAsync("adjudication");
        await page.GetByTestId($"decide-{StudioSteps.ClassOf(wrong)}").ClickAsync();
        await Expect(page.GetByText("Nothing to adjudicate")).ToBeVisibleAsync();
        Assert.Equal(6, await steps.LabelledCountAsync(project));
        await steps.GoAsync(project, "review/check");
        var annotators = page.GetByTestId("annotators");
        await Expect(annotators.Locator("tr", new() { HasText = "Annotator 1" }).GetByTestId("checks")).ToHaveTextAsync("100.0 % of 1");
        await Expect(annotators.Locator("tr", new() { HasText = "Annotator 2" }).GetByTestId("checks")).ToHaveTextAsync("0.0 % of 1");
        Assert.Empty(team.Errors);
        Assert.Empty(lead.Browser.Errors);
    }

    /// <summary>The hidden check may come when all else is done: the page has said so then, and goes on by itself.</summary>
    private static async Task VoteAsync(StudioSteps person, Func<string, string> keyOfFile, int images)
    {
        for (var done = 0; done < images;)
        {
            await Expect(person.Page.Locator("[data-part=name]")).Not.ToBeEmptyAsync();
            done += await person.LabelByKeyboardAsync(keyOfFile, atMost: images - done, pauseMs: 200);
        }

        await person.AllSavedAsync();
    }

    /// <summary>Makes the one labelled image a hidden check.</summary>
    private static async Task HideAsync(StudioSteps steps, Guid project)
    {
        await steps.GoAsync(project, "images?state=labelled");
        await steps.Page.Locator("[data-open]").First.ClickAsync();
        await steps.Page.GetByLabel("Hidden check").CheckAsync();
    }

    /// <summary>Two people on every image, and every second of a person's images a hidden check while there are any.</summary>
    private static async Task PlanAsync(StudioSteps steps, Guid project)
    {
        await steps.GoAsync(project, "settings");
        var plan = steps.Page.GetByTestId("quality");
        await FillAsync("People per image", "2");
        await FillAsync("of the images, %", "100");
        await FillAsync("Hidden checks, %", "50");
        await plan.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(steps.Page.GetByText("The settings were saved.")).ToBeVisibleAsync();

        async Task FillAsync(string label, string value)
        {
            var field = plan.GetByLabel(label);
            await field.FillAsync(value);
            await field.PressAsync("Tab");
        }
    }
}
