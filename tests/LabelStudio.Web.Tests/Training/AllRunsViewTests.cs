using Bunit;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Training;

public sealed class AllRunsViewTests : PageTest
{
    [Fact]
    public async Task QueuedRun_PausedThenResumed_LeavesTheQueueAndComesBack()
    {
        await SignInAsync(StudioRole.MlLead);
        await AddQueuedRunAsync();
        var page = Render<AllRunsView>();

        page.WaitForElement("button[aria-label='Pause Run 1']");
        page.Do(() => page.Find("button[aria-label='Pause Run 1']").Click());

        page.WaitForElement("button[aria-label='Resume Run 1']");
        page.Do(() => page.Find("button[aria-label='Resume Run 1']").Click());
        page.WaitForElement("button[aria-label='Pause Run 1']");
    }

    [Fact]
    public async Task QueuedRun_Cancelled_IsAmongThoseThatEnded()
    {
        await SignInAsync(StudioRole.MlLead);
        await AddQueuedRunAsync();
        var menus = Render<MudBlazor.MudPopoverProvider>();
        var page = Render<AllRunsView>();

        page.WaitForElement("button[aria-label='Cancel Run 1']");
        page.Do(() => page.Find("button[aria-label='Cancel Run 1']").Click());
        var item = menus.WaitForElement(".mud-menu-item");
        Assert.Equal("Stop and drop it", item.TextContent.Trim());
        menus.Do(() => menus.Find(".mud-menu-item").Click());

        page.WaitForAssertion(() => Assert.Contains("Cancelled", page.FindAll("section")[3].TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("button[aria-label='Cancel Run 1']"));
    }

    [Fact]
    public async Task EndedRun_StillNamesTheDeviceThatTrainedIt()
    {
        await SignInAsync(StudioRole.MlLead);
        await AddQueuedRunAsync();
        var dispatch = Services.GetRequiredService<RunDispatch>();
        var held = (await dispatch.ClaimAsync("first", "Big GPU", "box, GPU 0", TestContext.Current.CancellationToken))!;
        await dispatch.CancelledAsync(held.RunId, "first", TestContext.Current.CancellationToken);

        var page = Render<AllRunsView>();

        page.WaitForAssertion(() => Assert.Equal("Big GPU", page.FindAll("section")[3].QuerySelectorAll("tbody td")[4].TextContent.Trim()));
    }

    [Fact]
    public async Task ArchivedRun_IsHiddenUntilItIsAskedFor()
    {
        await SignInAsync(StudioRole.MlLead);
        var runId = await AddQueuedRunAsync();
        await Services.GetRequiredService<RunRecords>().ChangeAsync(runId, _ => true, run => (run.State, run.IsArchived) = (RunState.Failed, true), TestContext.Current.CancellationToken);

        var page = Render<AllRunsView>();

        page.WaitForAssertion(() => Assert.Contains("Show 1 archived run", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("Run 1", page.Markup, StringComparison.Ordinal);
        page.Do(() => page.Find("input[type=checkbox]").Change(true));
        page.WaitForAssertion(() => Assert.Contains("archived", page.FindAll("section")[3].QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task QueuedRuns_SayWhichIsNext()
    {
        await SignInAsync(StudioRole.MlLead);
        await AddQueuedRunAsync();
        await AddQueuedRunAsync();

        var page = Render<AllRunsView>();

        page.WaitForAssertion(() => Assert.Equal(["next", "2 in line"], page.FindAll("section")[2].QuerySelectorAll("tbody tr").Select(row => row.QuerySelectorAll("td")[3].TextContent)));
    }

    [Fact]
    public async Task QueuedRun_SeenByAViewer_HasNoButtons()
    {
        await SignInAsync(StudioRole.Viewer);
        await AddQueuedRunAsync();

        var page = Render<AllRunsView>();

        page.WaitForAssertion(() => Assert.Contains("Run 1", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("td button"));
    }

    [Fact]
    public async Task TrainerWaitsForItsDevice_IsShownWithTheReason()
    {
        await SignInAsync(StudioRole.Viewer);
        await AddQueuedRunAsync();
        await AddQueuedRunAsync();
        var dispatch = Services.GetRequiredService<RunDispatch>();
        await dispatch.ClaimAsync("first", "Big GPU", "box, GPU 0", TestContext.Current.CancellationToken);
        await dispatch.ClaimAsync("second", "Big GPU", "box, GPU 0", TestContext.Current.CancellationToken);

        var page = Render<AllRunsView>();

        var waiting = page.WaitForElement("[data-testid=waiting-trainer]");
        Assert.Contains("Trainer 'second' waits: Big GPU (box, GPU 0)", waiting.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trainers_ThatAskedForWork_AreListedWithTheirDeviceAndRun()
    {
        await SignInAsync(StudioRole.Viewer);
        await AddQueuedRunAsync();
        var dispatch = Services.GetRequiredService<RunDispatch>();
        var held = (await dispatch.ClaimAsync("first", "Big GPU", "box, GPU 0", TestContext.Current.CancellationToken))!;
        await dispatch.ClaimAsync("second", "CPU, 4 cores", "desk", TestContext.Current.CancellationToken);

        var page = Render<AllRunsView>();

        var rows = page.WaitForElement("[data-testid=trainers] tbody").QuerySelectorAll("tr");
        Assert.Equal(["first", "Big GPU box, GPU 0", "Run 1"], rows[0].QuerySelectorAll("td").Take(3).Select(Plain));
        Assert.Equal(["second", "CPU, 4 cores desk", "nothing"], rows[1].QuerySelectorAll("td").Take(3).Select(Plain));
        await dispatch.CancelledAsync(held.RunId, "first", TestContext.Current.CancellationToken);
        Assert.All(dispatch.Trainers, trainer => Assert.Null(trainer.RunId));

        static string Plain(AngleSharp.Dom.IElement cell) => string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<Guid> AddQueuedRunAsync() =>
        (await AddRunsAsync((await AddProjectAsync($"Project {Guid.NewGuid():N}")).Id, RunState.Queued, ["Run 1"]))[0];
}
