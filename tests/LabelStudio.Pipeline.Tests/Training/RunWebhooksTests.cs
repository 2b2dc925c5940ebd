using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class RunWebhooksTests
{
    private static readonly Uri Studio = new("http://studio.example/");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Due_EndsSinceTheWebhookWasSet_AreToldOnceAndSurviveARestart()
    {
        await using var studio = await StartAsync();
        await EndRunAsync(studio);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SetAsync(studio, "https://chat.example/hook");
        Assert.Empty(await studio.Get<RunWebhooks>().DueAsync(Token));
        var ended = await EndRunAsync(studio);

        await studio.RestartAsync();
        var notice = Assert.Single(await studio.Get<RunWebhooks>().DueAsync(Token));
        await studio.Get<RunWebhooks>().ToldAsync(notice, Token);

        Assert.Equal((ended, RunState.Cancelled, "https://chat.example/hook", "s3cret"), (notice.Run.Id, notice.Run.State, notice.Webhook.Url, notice.Webhook.Secret));
        Assert.Empty(await studio.Get<RunWebhooks>().DueAsync(Token));
    }

    [Fact]
    public async Task Failed_IsTriedAgainAfterLongerAndLongerPauses_AndThenGivenUp()
    {
        await using var studio = await StartAsync();
        await SetAsync(studio, "https://chat.example/hook");
        await EndRunAsync(studio);
        var (webhooks, pauses) = (studio.Get<RunWebhooks>(), new List<TimeSpan>());

        while (await webhooks.DueAsync(Token) is [var notice])
        {
            if (await webhooks.FailedAsync(notice, Token) is { } pause)
            {
                pauses.Add(pause);
                Assert.Empty(await webhooks.DueAsync(Token));
                Assert.Equal(_clock.GetUtcNow().UtcDateTime + pause, await webhooks.NextDueAsync(Token));
                _clock.Advance(pause);
            }
        }

        Assert.Equal(RunWebhooks.MostAttempts - 1, pauses.Count);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Null(await webhooks.NextDueAsync(Token));
    }

    [Fact]
    public async Task Resumed_FailedRun_IsNotToldUntilItEndsAgain()
    {
        await using var studio = await StartAsync();
        await SetAsync(studio, "https://chat.example/hook");
        var runId = await LaunchedRuns.LaunchAsync(studio);
        await studio.Get<RunDispatch>().ClaimAsync("worker", "CPU", "here", Token);
        await studio.Get<RunDispatch>().FailAsync(runId, "worker", "It failed.", null, Token);

        await studio.Get<RunControl>().ResumeAsync(studio.UserId, runId, Token);

        Assert.Empty(await studio.Get<RunWebhooks>().DueAsync(Token));
    }

    [Theory]
    [InlineData("ftp://chat.example/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("chat.example/hook")]
    public async Task Set_AddressThatIsNoneOfTheWeb_IsRefused(string url)
    {
        await using var studio = await StartAsync();

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => SetAsync(studio, url));

        Assert.Contains("http:// or https://", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_WithoutASecret_KeepsTheOne_AndAnEmptyAddressRemovesIt()
    {
        await using var studio = await StartAsync();
        var webhooks = studio.Get<RunWebhooks>();
        await SetAsync(studio, "https://chat.example/hook");

        await webhooks.SetAsync(studio.UserId, studio.ProjectId, new RunWebhookChange("http://other.example", null, Studio), Token);
        Assert.Equal(new RunWebhookSettings("http://other.example", true), await webhooks.GetAsync(studio.UserId, studio.ProjectId, Token));
        await webhooks.SetAsync(studio.UserId, studio.ProjectId, new RunWebhookChange("http://other.example", "", Studio), Token);
        Assert.False((await webhooks.GetAsync(studio.UserId, studio.ProjectId, Token)).HasSecret);
        await webhooks.SetAsync(studio.UserId, studio.ProjectId, new RunWebhookChange(" ", null, Studio), Token);

        Assert.Equal(new RunWebhookSettings(null, false), await webhooks.GetAsync(studio.UserId, studio.ProjectId, Token));
    }

    [Fact]
    public async Task GetAndSet_WithoutTheRightToManageTheProject_AreRefused()
    {
        await using var studio = await StartAsync();
        var annotator = await studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(() => studio.Get<RunWebhooks>().GetAsync(annotator, studio.ProjectId, Token));
        await Assert.ThrowsAsync<AccessDeniedException>(() => studio.Get<RunWebhooks>().SetAsync(annotator, studio.ProjectId, new RunWebhookChange("http://other.example", null, Studio), Token));
    }

    private async Task<ModelStudio> StartAsync()
    {
        var studio = await ModelStudio.CreateAsync(services => services.AddSingleton<TimeProvider>(_clock));
        await LaunchedRuns.AddLabelledAsync(studio);
        return studio;
    }

    private static Task SetAsync(ModelStudio studio, string url) =>
        studio.Get<RunWebhooks>().SetAsync(studio.UserId, studio.ProjectId, new RunWebhookChange(url, "s3cret", Studio), Token);

    private static async Task<Guid> EndRunAsync(ModelStudio studio)
    {
        var runId = await LaunchedRuns.LaunchAsync(studio);
        await studio.Get<RunControl>().CancelAsync(studio.UserId, runId, keepBest: false, Token);
        return runId;
    }
}
