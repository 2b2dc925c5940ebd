using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Layout;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace LabelStudio.Web.Tests.Components;

public sealed class RunEndingsTests : PageTest
{
    private Guid _project;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ISnackbar Toasts => Services.GetRequiredService<ISnackbar>();

    [Theory]
    [InlineData(RunState.Succeeded, "Run 1 has ended: its model is ready.", Severity.Success)]
    [InlineData(RunState.Failed, "Run 1 has failed.", Severity.Error)]
    [InlineData(RunState.Interrupted, "Run 1 was interrupted.", Severity.Warning)]
    public async Task RunEnds_OnAnotherPage_IsToldOnce(RunState state, string text, Severity severity)
    {
        var run = await StartAsync();
        var endings = Render<RunEndings>(p => p.Add(v => v.ProjectId, _project));

        await EndAsync(run, state);
        endings.WaitForAssertion(() => Assert.Equal(severity, Assert.Single(Toasts.ShownSnackbars).Severity));
        await EndAsync(await AddRunAsync(2), RunState.Succeeded);

        endings.WaitForAssertion(() => Assert.Equal(2, Toasts.ShownSnackbars.Count()));
        Assert.Equal([text, "Run 2 has ended: its model is ready."], Toasts.ShownSnackbars.Select(toast => toast.Message));
    }

    [Fact]
    public async Task RunEnds_OnItsOwnPageOrCancelled_IsNotTold()
    {
        var run = await StartAsync();
        var cancelled = await AddRunAsync(2);
        var last = await AddRunAsync(3);
        Services.GetRequiredService<NavigationManager>().NavigateTo($"projects/{_project}/runs/{run}");
        var endings = Render<RunEndings>(p => p.Add(v => v.ProjectId, _project));

        await EndAsync(run, RunState.Succeeded);
        await EndAsync(cancelled, RunState.Cancelled);
        await EndAsync(last, RunState.Failed);

        endings.WaitForAssertion(() => Assert.Equal("Run 3 has failed.", Assert.Single(Toasts.ShownSnackbars).Message));
    }

    [Fact]
    public async Task RunThatEndedBefore_IsNoNews()
    {
        var old = await StartAsync();
        await EndAsync(old, RunState.Failed);
        var endings = Render<RunEndings>(p => p.Add(v => v.ProjectId, _project));

        await EndAsync(await AddRunAsync(2), RunState.Failed);

        endings.WaitForAssertion(() => Assert.Equal("Run 2 has failed.", Assert.Single(Toasts.ShownSnackbars).Message));
    }

    private async Task<Guid> StartAsync()
    {
        await SignInAsync(StudioRole.Viewer);
        _project = (await AddProjectAsync("Clothes")).Id;
        return await AddRunAsync(1);
    }

    private Task<Guid> AddRunAsync(int number) => ReadyModels.AddListedAsync(Services, UserId, _project, number, Token);

    private async Task EndAsync(Guid runId, RunState state)
    {
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        await Services.GetRequiredService<StudioWriter>().WriteAsync(
            async (db, token) =>
            {
                var run = await db.TrainingRuns.SingleAsync(item => item.Id == runId, token);
                (run.State, run.EndedUtc) = (state, now);
            },
            Token);
        Services.GetRequiredService<ChangeSignals>().Publish(_project, ChangeTopic.Runs);
    }
}
