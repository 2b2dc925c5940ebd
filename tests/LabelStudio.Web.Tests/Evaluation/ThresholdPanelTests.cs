using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class ThresholdPanelTests : PageTest
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    // The hats the model is not sure of are shoes: from 90 % on all of them are hats.
    private static readonly TestPrediction[] Predictions =
    [
        new(1, Hat, Hat, 0.95, null), new(2, Hat, Hat, 0.9, null), new(3, Shoe, Hat, 0.6, null), new(4, Shoe, Shoe, 0.75, null),
    ];

    private Guid _model;

    [Fact]
    public async Task ThresholdOfAClass_TypedAndKept_HoldsForThatClassAlone()
    {
        var panel = await ShowAsync();
        panel.Do(() => panel.Find("details").TriggerEvent("ontoggle", EventArgs.Empty));

        panel.WaitForElement("input[aria-label^='Least certainty for hat']");
        panel.Do(() => panel.Find("input[aria-label^='Least certainty for hat']").Change("90"));

        Assert.Equal("Answers 75.0 % of the images, 100.0 % of them right; of all images 75.0 % get the right answer (overall recall), and the other 1 would be “unknown”.", Plain(panel.Find("[data-testid=threshold-outcome]").TextContent));
        Assert.Equal(["100.0 %", "100.0 %"], panel.FindAll("tbody tr")[0].QuerySelectorAll("td").Skip(2).Select(cell => Plain(cell.TextContent)));
        panel.Do(() => panel.FindAll("button").Single(button => button.TextContent.Contains("Keep for this model", StringComparison.Ordinal)).Click());
        panel.WaitForAssertion(() => Assert.Contains("In use: 0 % and 1 class with its own", Plain(panel.Find(".kept").TextContent), StringComparison.Ordinal));
        var kept = (await Services.GetRequiredService<ModelThresholds>().GetAsync(UserId, _model, TestContext.Current.CancellationToken)).Thresholds;
        Assert.Equal((0, 0.9, 0), (kept.Overall, kept.Of(Hat), kept.Of(Shoe)));
    }

    [Fact]
    public async Task EachClassAimed_SetsWhereAnswersAreRightOftenEnough_AndClearTakesThemBack()
    {
        var panel = await ShowAsync();

        panel.Do(() => panel.FindAll("details .aims button")[0].Click());

        Assert.Contains("Each class by itself: 2 set", Plain(panel.Find("summary").TextContent), StringComparison.Ordinal);
        Assert.StartsWith("Answers 75.0 % of the images, 100.0 % of them right", Plain(panel.Find("[data-testid=threshold-outcome]").TextContent), StringComparison.Ordinal);
        panel.Do(() => panel.FindAll("details .aims button")[^1].Click());
        Assert.Equal("Each class by itself", Plain(panel.Find("summary").TextContent));
    }

    [Fact]
    public async Task ChosenOnValidation_AimsByThoseImagesAndMeasuresOnTestImages()
    {
        // On validation images the model is right from 50 % on; on the test images that is not so.
        var panel = await ShowAsync(ThresholdTable.Of([0, 0], [0.95f, 0.05f, 0.5f, 0.5f], 2));

        await panel.InvokeAsync(() => panel.FindAll(".aims button")[2].Click());

        Assert.Contains("At least 50 %", Plain(panel.Find(".threshold").TextContent), StringComparison.Ordinal);
        Assert.StartsWith("Answers 100.0 % of the images, 75.0 % of them right", Plain(panel.Find("[data-testid=threshold-outcome]").TextContent), StringComparison.Ordinal);
        Assert.Contains("go by validation images", panel.Find("[data-testid=chosen-on]").TextContent, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<ThresholdPanel>> ShowAsync(ThresholdTable? validation = null)
    {
        await SignInAsync(StudioRole.MlLead);
        var project = await AddProjectAsync("Clothes");
        _model = await ReadyModels.AddListedAsync(Services, UserId, project.Id, 1, TestContext.Current.CancellationToken);
        int[] targets = [.. Predictions.Select(item => item.Target == Hat ? 0 : 1)];
        float[] probabilities = [.. Predictions.SelectMany(item => item.Predicted == Hat ? new[] { (float)item.Probability, 1 - (float)item.Probability } : [1 - (float)item.Probability, (float)item.Probability])];
        var panel = Render<ThresholdPanel>(p => p
            .Add(v => v.ModelId, _model)
            .Add(v => v.Table, validation ?? ThresholdTable.Of(targets, probabilities, 2))
            .Add(v => v.IsChosenOnValidation, validation is not null)
            .Add(v => v.Predictions, Predictions)
            .Add(v => v.Classes, [new ReportClass(Hat, "hat", false), new ReportClass(Shoe, "shoe", false)])
            .Add(v => v.CanPromote, true));
        panel.WaitForElement("[data-testid=threshold-outcome]");
        return panel;
    }

    private static string Plain(string text) => string.Join(' ', text.Replace('\u00a0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
