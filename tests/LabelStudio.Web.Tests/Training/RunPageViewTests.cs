using Bunit;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Training;

/// <summary>The page of a run that has ended, with its verdict.</summary>
public sealed class RunPageViewTests : PageTest
{
    private Guid _project;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SucceededRun_OffersANewRunWithItsSettingsAndItsDatasetVersion()
    {
        var run = await AddModelAsync(1);

        var page = Show(run);

        var link = page.WaitForElement("a[href*='runs/new']");
        Assert.Equal($"projects/{_project}/runs/new?like={run}&version={run}", link.GetAttribute("href"));
    }

    [Fact]
    public async Task Settings_ChecksAsTheyStoodAtLaunch_AreListed()
    {
        var run = await AddModelAsync(1);
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            (db, token) => db.TrainingRuns.Where(item => item.Id == run).ExecuteUpdateAsync(
                row => row.SetProperty(item => item.ChecksJson, """[{"Kind":"Imbalance","IsWarning":true,"Text":"hat has 12 times as many training images as shoe."}]"""), token),
            Token);

        var page = Show(run);

        Assert.Equal(["hat has 12 times as many training images as shoe."], page.WaitForElement("[data-testid=checks-at-launch]").QuerySelectorAll("li").Select(item => item.TextContent));
    }

    [Fact]
    public async Task Settings_RunFromBeforeChecksWereKept_SayNothingOfThem()
    {
        var page = Show(await AddModelAsync(1));

        page.WaitForElement("details.settings");
        Assert.Empty(page.FindAll("[data-testid=checks-at-launch]"));
    }

    [Fact]
    public async Task Archive_EndedRun_IsMarkedAndTakenBackByTheSameButton()
    {
        var run = await AddModelAsync(1);
        var page = Show(run);
        page.WaitForElement("a[href*='runs/new']");

        page.Do(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Archive").Click());

        page.WaitForAssertion(() => Assert.Contains(page.FindAll(".page-header .badge"), badge => badge.TextContent == "archived"));
        page.Do(() => page.FindAll("button").Single(button => button.TextContent.Trim() == "Take back from the archive").Click());
        page.WaitForAssertion(() => Assert.DoesNotContain(page.FindAll(".page-header .badge"), badge => badge.TextContent == "archived"));
    }

    [Fact]
    public async Task Verdict_SaysWhyTheTrainingEnded_AndOffersTheExport()
    {
        var run = await AddModelAsync(1);
        await ChangeRunAsync(run, item => item.StopReason = StopReason.TimeLimit);

        var verdict = Show(run).WaitForElement("[data-testid=verdict]");

        Assert.EndsWith("The training ended: the time limit was reached, best epoch kept.", verdict.QuerySelector("p")!.TextContent, StringComparison.Ordinal);
        var export = verdict.QuerySelector("a[href$='/bundle']")!;
        Assert.Equal(($"api/v1/projects/{_project}/models/{run}/bundle", true), (export.GetAttribute("href"), export.HasAttribute("download")));
    }

    [Fact]
    public async Task Verdict_OfARunFromPretrainedWeights_ComparesWithTheModelPromotedThen()
    {
        var promoted = await AddModelAsync(1);
        var run = await AddModelAsync(2, promoted);

        var verdict = Show(run).WaitForElement("[data-testid=verdict]");

        Assert.Contains("against the model promoted then", verdict.TextContent, StringComparison.Ordinal);
        Assert.Contains("Review 1", verdict.TextContent, StringComparison.Ordinal);
        var compare = verdict.QuerySelector("a[href*='runs/compare']")!;
        Assert.Equal(($"projects/{_project}/runs/compare?run={promoted}&run={run}", "Compare with Model 1"), (compare.GetAttribute("href"), compare.TextContent.Trim()));
    }

    [Fact]
    public async Task Verdict_ModelBeforeDeleted_IsShownWithoutTheComparisonOfRuns()
    {
        var run = await AddModelAsync(2, Guid.CreateVersion7());

        var verdict = Show(run).WaitForElement("[data-testid=verdict]");

        Assert.Null(verdict.QuerySelector("a[href*='runs/compare']"));
    }

    private IRenderedComponent<RunPageView> Show(Guid run)
    {
        RenderProviders();
        return Render<RunPageView>(p => p.Add(v => v.ProjectId, _project).Add(v => v.RunId, run).Add(v => v.CanTrain, true));
    }

    /// <summary>A model whose run has the same id, with a report against another one.</summary>
    private async Task<Guid> AddModelAsync(int number, Guid? promotedThen = null)
    {
        if (UserId == Guid.Empty)
        {
            await SignInAsync(StudioRole.MlLead);
            _project = (await AddProjectAsync("Clothes")).Id;
        }

        var id = await ReadyModels.AddListedAsync(Services, UserId, _project, number, Token);
        var metrics = ModelEvaluation.Compute([0, 1], [1, 0, 0, 1], 2);
        var folder = Directory.CreateDirectory(Services.GetRequiredService<StudioPaths>().ModelFolder(id)).FullName;
        var report = new EvaluationReport
        {
            ModelVersionId = id,
            ProjectId = _project,
            RunId = id,
            DatasetSnapshotId = id,
            Classes = [new ReportClass(Guid.CreateVersion7(), "hat", false), new ReportClass(Guid.CreateVersion7(), "shoe", false)],
            Metrics = metrics,
            Comparison = promotedThen is not { } before ? null : new ParentComparison
            {
                ParentModelId = before,
                IsParent = false,
                ParentMetrics = metrics,
                OldClasses = [],
                BrokenImageIds = [1],
                FixedImageIds = [],
            },
        };
        EvaluationFiles.Write(folder, report, [], []);
        return id;
    }

    private Task ChangeRunAsync(Guid run, Action<TrainingRun> change) => Services.GetRequiredService<StudioWriter>().WriteAsync(
        async (db, token) => change(await db.TrainingRuns.SingleAsync(item => item.Id == run, token)), Token);
}
