using Bunit;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Training;

public sealed class RunsViewTests : PageTest
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoHundredRuns_AreDrawnFiftyAtATimeAndFoundByName()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Bottles")).Id;
        await AddRunsAsync(project, 200);

        var view = Render<RunsView>(parameters => parameters.Add(p => p.ProjectId, project).Add(p => p.CanTrain, true));

        view.WaitForAssertion(() => Assert.Equal(50, view.FindAll("tbody tr").Count));
        Assert.Contains("Run 200", view.Find("tbody tr").TextContent, StringComparison.Ordinal);
        view.Do(() => view.FindAll("button").Single(button => button.TextContent.Contains("Show more of 200 runs", StringComparison.Ordinal)).Click());
        view.WaitForAssertion(() => Assert.Equal(100, view.FindAll("tbody tr").Count));
        view.Do(() => view.Find("input[type=search]").Input("Run 007"));
        view.WaitForAssertion(() => Assert.Contains("Run 007", Assert.Single(view.FindAll("tbody tr")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ArchivedRun_IsHiddenUntilItIsAskedFor()
    {
        await SignInAsync(StudioRole.MlLead);
        var project = (await AddProjectAsync("Bottles")).Id;
        var runs = await AddRunsAsync(project, 2);
        await Services.GetRequiredService<RunRecords>().ChangeAsync(runs[0], _ => true, run => (run.State, run.IsArchived) = (RunState.Failed, true), Token);

        var view = Render<RunsView>(parameters => parameters.Add(p => p.ProjectId, project).Add(p => p.CanTrain, true));

        view.WaitForAssertion(() => Assert.Contains("Run 002", Assert.Single(view.FindAll("tbody tr")).TextContent, StringComparison.Ordinal));
        view.Do(() => view.Find(".find input[type=checkbox]").Change(true));
        view.WaitForAssertion(() => Assert.Equal(2, view.FindAll("tbody tr").Count));
        Assert.Contains("archived", view.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunUnderWay_ShowsTheStepWithinItsEpoch_AndItsCurvesOverMinutesWhenAsked()
    {
        await SignInAsync(StudioRole.Viewer);
        var project = (await AddProjectAsync("Bottles")).Id;
        var runId = (await AddRunsAsync(project, 1))[0];
        var run = await Services.GetRequiredService<TrainingQueue>().GetAsync(UserId, runId, Token);
        var began = new DateTime(2026, 5, 1, 8, 0, 0, DateTimeKind.Utc);
        var monitor = Services.GetRequiredService<TrainingMonitor>();
        monitor.Append(runId, [new RunStarted(6, 100, 20, "CPU", []) { AtUtc = began }, Epoch(1) with { AtUtc = began.AddMinutes(3) }, new BatchCompleted(2, 7, 10, 0.7, 100, 3) { AtUtc = began.AddMinutes(4) }]);

        var view = Show(run);

        Assert.Equal("step 7 of 10", view.WaitForElement("[data-testid=step]").TextContent);
        Assert.Equal([1.0], DrawnEpochs(view));
        view.Do(() => view.Find("[data-testid=curves-over]").Change("minutes"));
        view.WaitForAssertion(() => Assert.Equal([3.0], DrawnEpochs(view)));
        Assert.Equal("Minutes", view.FindComponents<LabelStudio.Web.Components.Shared.LossChart>()[0].Instance.XName);
        monitor.Append(runId, [Epoch(2) with { AtUtc = began.AddMinutes(5) }]);
        view.WaitForAssertion(() => Assert.Empty(view.FindAll("[data-testid=step]")));
    }

    [Fact]
    public async Task RunTakenUpAgain_WhileItIsPrepared_TellsNoStepOfTheAttemptBefore()
    {
        await SignInAsync(StudioRole.Viewer);
        var project = (await AddProjectAsync("Bottles")).Id;
        var runId = (await AddRunsAsync(project, 1))[0];
        await Services.GetRequiredService<RunRecords>().ChangeAsync(runId, _ => true, run => run.State = RunState.Preparing, Token);
        var run = await Services.GetRequiredService<TrainingQueue>().GetAsync(UserId, runId, Token);
        Services.GetRequiredService<TrainingMonitor>().Append(runId, [new RunStarted(6, 100, 20, "CPU", []), Epoch(1), new BatchCompleted(2, 7, 10, 0.7, 100, 3)]);

        var view = Show(run);

        Assert.StartsWith("1 / 6", view.WaitForElement("[data-testid=run-progress] b").TextContent, StringComparison.Ordinal);
        Assert.Empty(view.FindAll("[data-testid=step]"));
    }

    [Fact]
    public async Task ManyViewers_OfOneRun_AllSeeTheWholeCurveAndThoseWhoLeaveStopFollowing()
    {
        await SignInAsync(StudioRole.Viewer);
        var project = (await AddProjectAsync("Bottles")).Id;
        var runId = (await AddRunsAsync(project, 1))[0];
        var monitor = Services.GetRequiredService<TrainingMonitor>();
        var run = await Services.GetRequiredService<TrainingQueue>().GetAsync(UserId, runId, Token);
        monitor.Append(runId, [new RunStarted(6, 100, 20, "CPU", []), Epoch(1)]);

        var early = Enumerable.Range(0, 15).Select(_ => Show(run)).ToList();
        monitor.Append(runId, [Epoch(2)]);
        var late = Enumerable.Range(0, 15).Select(_ => Show(run)).ToList();
        monitor.Append(runId, [Epoch(3)]);

        Assert.All(early.Concat(late), view => view.WaitForAssertion(() => Assert.Equal([1, 2, 3], DrawnEpochs(view))));
        foreach (var view in early)
        {
            await view.Instance.DisposeAsync();
        }

        monitor.Append(runId, [Epoch(4)]);
        Assert.All(late, view => view.WaitForAssertion(() => Assert.Equal([1, 2, 3, 4], DrawnEpochs(view))));
        Assert.All(early, view => Assert.Equal([1, 2, 3], DrawnEpochs(view)));
    }

    private static IEnumerable<double> DrawnEpochs(IRenderedComponent<LiveRun> view) =>
        view.FindComponents<LabelStudio.Web.Components.Shared.LossChart>()[0].Instance.Series[0].Points.Select(point => point.X);

    private static EpochCompleted Epoch(int epoch) => new(epoch, 6, 1.0 / epoch, 1.1, 0.5, 0.4, 0.4, [], 1e-3, 0, 100, 5, IsBest: true);

    private IRenderedComponent<LiveRun> Show(RunDetails run) => Render<LiveRun>(parameters => parameters.Add(p => p.Run, run));

    private Task<IReadOnlyList<Guid>> AddRunsAsync(Guid projectId, int count) =>
        AddRunsAsync(projectId, RunState.Running, Enumerable.Range(1, count).Select(number => $"Run {number:000}"));
}
