using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Api;
using LabelStudio.Web.Pages.Serving;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Serving;

public sealed class TryViewTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DroppedPicture_TwoModelsSideBySide_ShowsBothAnswersUnderTheirNames()
    {
        await SignInAsync(StudioRole.Viewer);
        var project = (await AddProjectAsync("Clothes")).Id;
        var (older, newer) = (await AddModelAsync(project, 1), await AddModelAsync(project, 2));
        var picture = JSInterop.SetupModule("./js/try-it.js").SetupModule("attach", _ => true);
        picture.Mode = JSRuntimeMode.Loose;
        Answers(picture, older, "Model 1", ("hat", 0.9), ("shoe", 0.1));
        Answers(picture, newer, "Model 2", ("shoe", 0.6), ("hat", 0.4));
        var view = Render<TryView>(p => p.Add(v => v.ProjectId, project));
        view.WaitForElement(".drop");

        await view.InvokeAsync(() => view.Instance.PictureChosenAsync("boot.jpg"));
        view.WaitForAssertion(() => Assert.Single(view.FindAll("[data-testid=answer]")));
        view.Do(() => view.FindAll("input[type=checkbox]")[0].Change(true));

        // The newest answers first where none is promoted; the other one stands beside it.
        view.WaitForAssertion(() => Assert.Equal(2, view.FindAll("[data-testid=answer]").Count));
        var panels = view.FindAll(".slots section");
        Assert.Equal(["shoe", "hat"], panels[0].QuerySelectorAll(".label").Select(label => label.TextContent));
        Assert.Equal(["hat", "shoe"], panels[1].QuerySelectorAll(".label").Select(label => label.TextContent));
        Assert.StartsWith("Model 2,", panels[0].QuerySelector("p.small")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Model 1,", panels[1].QuerySelector("p.small")!.TextContent, StringComparison.Ordinal);
        Assert.Equal([newer.ToString(), older.ToString()], panels.Select(panel => panel.QuerySelector("select")!.GetAttribute("value")));
    }

    [Fact]
    public void Answer_SeveralClasses_NamesTheClassesShownAndTheLikeliestWhole()
    {
        var (hat, shoe, both) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var answer = new PredictAnswer(Guid.CreateVersion7(), "Model 1", [new(hat, "hat", 0.9), new(shoe, "shoe", 0.6), new(Guid.CreateVersion7(), "scarf", 0.1)], 12, false, 0.5)
        {
            Label = new(both, "hat + shoe", 0.55),
            Predicted = [new(hat, "hat", 0.9), new(shoe, "shoe", 0.6)],
        };

        var shown = Show(answer);
        var none = Show(answer with { Label = new(Guid.CreateVersion7(), "No class", 0.8), Predicted = [] });
        var unknown = Show(answer with { Predicted = [], IsUnknown = true });

        Assert.Equal("hat + shoe", shown.Find("[data-testid=predicted]").TextContent);
        Assert.Equal("As a whole most probable: hat + shoe, 55.0 %", shown.Find("[data-testid=label]").TextContent.Replace('\u00a0', ' '));
        Assert.Equal(["hat", "shoe"], shown.FindAll(".first .label").Select(label => label.TextContent));
        Assert.Equal("No class", none.Find("[data-testid=predicted]").TextContent);
        Assert.Contains("every class is below the 50 %", unknown.Find("[data-testid=unknown]").TextContent.Replace('\u00a0', ' '), StringComparison.Ordinal);

        IRenderedComponent<Answer> Show(PredictAnswer said)
        {
            var slot = new TrySlot();
            slot.Take(slot.Ask(), new TryReply(said, null));
            return Render<Answer>(p => p.Add(v => v.Slot, slot));
        }
    }

    private Task<Guid> AddModelAsync(Guid projectId, int number) => ReadyModels.AddListedAsync(Services, UserId, projectId, number, Token);

    private static void Answers(BunitJSModuleInterop picture, Guid modelId, string name, params (string Name, double Probability)[] classes)
    {
        var answer = new PredictAnswer(modelId, name, [.. classes.Select(item => new PredictedClass(Guid.CreateVersion7(), item.Name, item.Probability))], 12, false, 0);
        picture.Setup<TryReply>("ask", call => ((string)call.Arguments[0]!).Contains($"model={modelId}", StringComparison.Ordinal)).SetResult(new TryReply(answer, null));
    }
}
