using System.Collections.Concurrent;
using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// The live head of every project: learns each label within milliseconds and orders the queue, with the promoted model where
/// the project asks that. Rebuilt from labels and
/// stored embeddings at start. One thread of its own does all the work; a burst of labels is learned in one go, and nobody
/// who labels waits for it.
/// </summary>
public sealed class LiveHeads(
    IDbContextFactory<StudioDbContext> contexts,
    EmbeddingStores stores,
    PromotedHeads promoted,
    LabellingPriorities priorities,
    ChangeSignals signals,
    TimeProvider clock,
    ILogger<LiveHeads> log) : BackgroundService
{
    /// <summary>Images and embeddings come by the dozen during an import: their order can wait, that of a label cannot.</summary>
    private static readonly TimeSpan IntakeInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestBreath = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan QuietBeforeCalibration = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<Guid, Follower> _followers = new();
    private readonly AutoResetEvent _wake = new(initialState: false);

    /// <summary>What the project's head knows now.</summary>
    public LiveHeadStatus Status(Guid projectId) => ViewOf(projectId).Status;

    /// <summary>The classifier the project's head answers with now; null while it has learned nothing.</summary>
    public LdaSolution? SolutionOf(Guid projectId) => ViewOf(projectId).Solution;

    /// <summary>Waits until everything written before this call is learned and ordered.</summary>
    public async Task CatchUpAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await stores.PretrainedAsync(cancellationToken);
        await FollowProjectsAsync(cancellationToken);
        if (_followers.TryGetValue(projectId, out var follower))
        {
            var done = follower.NextUpdate();
            Wake(follower);
            await done.WaitAsync(cancellationToken);
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    internal LiveHeadView ViewOf(Guid projectId) =>
        _followers.TryGetValue(projectId, out var follower) ? follower.Head.View : LiveHeadView.Empty;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await stores.PretrainedAsync(stoppingToken);
            using var subscription = signals.Subscribe(
                Guid.Empty, ChangeTopic.Project | ChangeTopic.Images, () => FollowProjectsAsync(stoppingToken), IntakeInterval);
            priorities.Missed += WakeFor;
            await FollowProjectsAsync(stoppingToken);
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => Run(ended, stoppingToken)) { Name = "live-heads", IsBackground = true }.Start();
            await ended.Task;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops.
        }
        finally
        {
            priorities.Missed -= WakeFor;
            foreach (var follower in _followers.Values)
            {
                follower.Dispose();
            }
        }
    }

    private async Task FollowProjectsAsync(CancellationToken cancellationToken)
    {
        if (stores.Pretrained is null)
        {
            return;
        }
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var projectIds = await db.Projects.Select(project => project.Id).ToHashSetAsync(cancellationToken);
        foreach (var gone in _followers.Keys.Where(projectId => !projectIds.Contains(projectId)))
        {
            if (_followers.TryRemove(gone, out var follower))
            {
                follower.Dispose();
                priorities.Forget(gone);
            }
        }
        foreach (var projectId in projectIds.Where(projectId => !_followers.ContainsKey(projectId)))
        {
            var follower = new Follower(projectId, NewHead(projectId));
            if (_followers.TryAdd(projectId, follower))
            {
                follower.Listen(signals, IntakeInterval, () => Wake(follower));
                Wake(follower);
            }
        }
    }

    private bool HasWork => _followers.Values.Any(follower => follower.IsDirty);

    private void WakeFor(Guid projectId)
    {
        if (_followers.TryGetValue(projectId, out var follower))
        {
            Wake(follower);
        }
    }

    private void Wake(Follower follower)
    {
        follower.MarkDirty(clock.GetTimestamp());
        _wake.Set();
    }

    private void Run(TaskCompletionSource ended, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // Whoever waits longest comes first, so that a busy project holds up no other.
            var next = _followers.Values.Where(follower => follower.IsDirty).MinBy(follower => follower.DirtySince);
            if (next is null)
            {
                Rest(stop);
                continue;
            }
            var begun = clock.GetTimestamp();
            Guarded(next, () => Update(next, stop));
            if (HasWork)
            {
                Breathe(clock.GetElapsedTime(begun), stop);
            }
        }
        ended.SetResult();
    }

    /// <summary>
    /// Where labels come faster than orders, one order after the other would be computed and hardly any seen: then no more
    /// than a fifth of the time of one core goes into the orders of small projects, and no label waits for long.
    /// </summary>
    private static void Breathe(TimeSpan worked, CancellationToken stop) =>
        stop.WaitHandle.WaitOne(4 * worked < LongestBreath ? 4 * worked : LongestBreath);

    /// <summary>Waits for work. After a while without any there is time for a better temperature, which a label interrupts.</summary>
    private void Rest(CancellationToken stop)
    {
        var uncalibrated = _followers.Values.FirstOrDefault(follower => follower.Head.WantsCalibration);
        var patience = uncalibrated is null ? Timeout.InfiniteTimeSpan : QuietBeforeCalibration;
        if (WaitHandle.WaitAny([_wake, stop.WaitHandle], patience) == WaitHandle.WaitTimeout && uncalibrated is not null)
        {
            Guarded(uncalibrated, () => uncalibrated.Head.Calibrate(() => stop.IsCancellationRequested || HasWork));
            signals.Publish(uncalibrated.ProjectId, ChangeTopic.Suggestions);
        }
    }

    private void Update(Follower follower, CancellationToken stop)
    {
        var (since, waiters) = follower.TakeDirty();
        try
        {
            using var db = contexts.CreateDbContext();
            // Another backbone has taken over: its head is built whole beside the present one, which answers meanwhile.
            var head = stores.ServingOf(follower.ProjectId) == follower.Head.Store ? follower.Head : NewHead(follower.ProjectId);
            var orders = head.Update(db, promoted.AdviserOf(db, follower.ProjectId), priorities.Wanted(follower.ProjectId), stop);
            follower.Take(head);
            priorities.Publish(follower.ProjectId, orders);
            follower.Head.Time(clock.GetElapsedTime(since));
        }
        finally
        {
            waiters?.TrySetResult();
        }
        signals.Publish(follower.ProjectId, ChangeTopic.Suggestions);
    }

    private LiveHead NewHead(Guid projectId) =>
        new(projectId, stores.ServingOf(projectId) ?? throw new InvalidOperationException("The embeddings are not open yet."));

    private void Guarded(Follower follower, Action work)
    {
        try
        {
            work();
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
        catch (Exception error)
        {
            // Half-learned sums are not to be trusted: begin again from the database.
            log.LogError(error, "The live head of project {ProjectId} failed and is rebuilt", follower.ProjectId);
            follower.Take(NewHead(follower.ProjectId));
        }
    }
}
