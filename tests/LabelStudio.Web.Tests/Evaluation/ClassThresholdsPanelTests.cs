using Bunit;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class ClassThresholdsPanelTests : PageTest
{
    private Guid _model;

    [Fact]
    public async Task ThresholdOfAClass_TypedAndKept_HoldsForThatClassAlone()
    {
        var panel = await ShowAsync();
        Assert.StartsWith("So 60.0 % of the test images get exactly their classes, and 20.0 % of all answers by class are wrong", Outcome(panel), StringComparison.Ordinal);

        panel.Do(() => panel.Find("input[aria-label^='Least probability of hat']").Change("34"));

        Assert.Equal("So 80.0 % of the test images get exactly their classes, and 10.0 % of all answers by class are wrong; macro-F1 90.0 %.", Outcome(panel));
        panel.Do(() => panel.FindAll("button").Single(button => button.TextContent.Contains("Keep for this model", StringComparison.Ordinal)).Click());
        panel.WaitForAssertion(() => Assert.StartsWith("In use: 50 % and 1 class with its own", Plain(panel.Find(".kept").TextContent), StringComparison.Ordinal));
        var kept = (await Services.GetRequiredService<ModelThresholds>().GetAsync(UserId, _model, TestContext.Current.CancellationToken)).Thresholds;
        Assert.Equal((0, 0.34, 0.5), (kept.Overall, kept.OfMarginal(SeveralClassesReports.Hat), kept.OfMarginal(SeveralClassesReports.Shoe)));
    }

    [Fact]
    public async Task BestF1_OfEachClass_IsChosenAndCleared()
    {
        var panel = await ShowAsync();

        panel.Do(() => panel.FindAll(".aims button")[3].Click());

        // The hat: 0.93 and 0.35 are hats, 0.65 is none.
        Assert.Equal(["35", "85"], panel.FindAll("tbody input").Select(input => input.GetAttribute("value")));
        panel.Do(() => panel.FindAll(".aims button")[4].Click());
        Assert.Equal(["", ""], panel.FindAll("tbody input").Select(input => input.GetAttribute("value")));
    }

    [Fact]
    public async Task CalibrationPanel_SeveralClasses_HasThresholdsAndCurvesOfClasses()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        var model = await ReadyModels.AddListedAsync(Services, UserId, project, 1, TestContext.Current.CancellationToken);
        EvaluationFiles.Write(
            Directory.CreateDirectory(Services.GetRequiredService<StudioPaths>().ModelFolder(model)).FullName,
            SeveralClassesReports.Of(model, project),
            SeveralClassesReports.Predictions,
            SeveralClassesReports.Probabilities);

        var panel = Render<CalibrationPanel>(p => p
            .Add(v => v.ModelId, model).Add(v => v.EvaluationId, model).Add(v => v.Predictions, SeveralClassesReports.Predictions).Add(v => v.CalibrationError, 0));

        panel.WaitForElement("[data-testid=class-thresholds]");
        Assert.Empty(panel.FindAll("[data-testid=thresholds]"));
        var curves = panel.FindComponent<ClassCurvesPanel>().FindComponent<LossChart>().Instance;
        Assert.Equal(["hat (83 %)", "shoe (100 %)"], curves.Series.Select(series => Plain(series.Name)));
        var reports = Services.GetRequiredService<EvaluationReports>();
        var token = TestContext.Current.CancellationToken;
        Assert.Equal([4], (await reports.ImagesOfAnswerAsync(UserId, model, SeveralClassesReports.Hat, isShown: true, isCalled: false, token)).Select(item => item.ImageId));
        Assert.Equal([3], (await reports.ImagesOfAnswerAsync(UserId, model, SeveralClassesReports.Hat, isShown: false, isCalled: true, token)).Select(item => item.ImageId));
        Assert.Empty(await reports.ImagesOfAnswerAsync(UserId, model, SeveralClassesReports.Both, isShown: true, isCalled: true, token));
    }

    private async Task<IRenderedComponent<ClassThresholdsPanel>> ShowAsync()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = await AddProjectAsync("Clothes");
        _model = await ReadyModels.AddListedAsync(Services, UserId, project.Id, 1, TestContext.Current.CancellationToken);
        var panel = Render<ClassThresholdsPanel>(p => p
            .Add(v => v.ModelId, _model)
            .Add(v => v.Labels, ReportLabels.Of(SeveralClassesReports.Of())!)
            .Add(v => v.Test, new HeldOutProbabilities(SeveralClassesReports.Targets, SeveralClassesReports.Probabilities, 4))
            .Add(v => v.CanPromote, true));
        panel.WaitForElement("[data-testid=threshold-outcome]");
        return panel;
    }

    private static string Outcome(IRenderedComponent<ClassThresholdsPanel> panel) => Plain(panel.Find("[data-testid=threshold-outcome]").TextContent);

    private static string Plain(string text) => string.Join(' ', text.Replace('\u00a0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
