using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Evaluation;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Evaluation;

public sealed class CalibrationPanelTests : PageTest
{
    private static readonly Guid Hat = Guid.CreateVersion7();
    private static readonly Guid Shoe = Guid.CreateVersion7();

    // Hats at 0.9 and 0.6 of being one, shoes at 0.7 and 0.2.
    private static readonly float[] Probabilities = [0.9f, 0.1f, 0.6f, 0.4f, 0.7f, 0.3f, 0.2f, 0.8f];

    [Fact]
    public async Task CalibrationError_IsTheOneAmongTheFiguresOfThePage()
    {
        var panel = await ShowAsync(calibrationError: 0.123);

        panel.WaitForAssertion(() => Assert.Contains("Calibration error 12.3 %", panel.Markup.Replace('\u00a0', ' '), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Curves_PrecisionAndRecall_BeginWhereNothingIsFoundYet()
    {
        var panel = await ShowAsync();

        var curves = CurvesOf(panel);
        Assert.Equal("Recall (%)", curves.XName);
        Assert.Equal([(0, 1), (50, 1), (50, 0.5), (100, 2 / 3.0), (100, 0.5)], PointsOf(curves, "hat (83 %)"));
    }

    [Fact]
    public async Task Curves_Roc_ShowEachClassAgainstTheOthersWithItsArea()
    {
        var panel = await ShowAsync();
        panel.WaitForElement(".segments");

        panel.Do(() => panel.FindAll(".segments button")[1].Click());

        var curves = CurvesOf(panel);
        Assert.Equal(("Mean area under the curve 75.0 %", "False positives (%)"), (curves.Title.Replace('\u00a0', ' '), curves.XName));
        Assert.Equal([(0, 0), (0, 0.5), (50, 0.5), (50, 1), (100, 1)], PointsOf(curves, "hat (75 %)"));
        Assert.Equal("true", panel.FindAll(".segments button")[1].GetAttribute("aria-pressed"));
    }

    private static (double, double)[] PointsOf(LossChart chart, string name) =>
        [.. chart.Series.Single(series => series.Name.Replace('\u00a0', ' ') == name).Points.Select(point => (point.X, point.Y!.Value))];

    private static LossChart CurvesOf(IRenderedComponent<CalibrationPanel> panel)
    {
        panel.WaitForElement("[data-testid=class-curves]");
        return panel.FindComponent<ClassCurvesPanel>().FindComponent<LossChart>().Instance;
    }

    private async Task<IRenderedComponent<CalibrationPanel>> ShowAsync(double calibrationError = 0)
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Clothes")).Id;
        var model = Guid.CreateVersion7();
        List<TestPrediction> predictions = [new(1, Hat, Hat, 0.9, null), new(2, Hat, Hat, 0.6, null), new(3, Shoe, Hat, 0.7, null), new(4, Shoe, Shoe, 0.8, null)];
        EvaluationFiles.Write(
            Directory.CreateDirectory(Services.GetRequiredService<StudioPaths>().ModelFolder(model)).FullName,
            new EvaluationReport
            {
                ModelVersionId = model,
                ProjectId = project,
                RunId = model,
                DatasetSnapshotId = model,
                Classes = [new ReportClass(Hat, "hat", false), new ReportClass(Shoe, "shoe", false)],
                Metrics = ModelEvaluation.Compute([0, 0, 1, 1], Probabilities, 2),
            },
            predictions,
            Probabilities);
        return Render<CalibrationPanel>(p => p
            .Add(v => v.ModelId, model)
            .Add(v => v.EvaluationId, model)
            .Add(v => v.Predictions, predictions)
            .Add(v => v.CalibrationError, calibrationError));
    }
}
