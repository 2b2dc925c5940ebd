using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Pipeline.Tests.Storage;

public sealed class ChangeSignalsTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _clock = new();
    private readonly Guid _project = Guid.NewGuid();

    [Fact]
    public async Task Publish_ForTheTopicAndProject_CallsTheListener()
    {
        var signals = NewSignals();
        var calls = new CallCounter();
        using var subscription = signals.Subscribe(_project, ChangeTopic.Labels, calls.CallAsync, Interval);

        signals.Publish(_project, ChangeTopic.Labels);

        await calls.ReachAsync(1);
    }

    [Fact]
    public async Task Publish_ForAnotherTopicOrProject_DoesNotCall()
    {
        var signals = NewSignals();
        var calls = new CallCounter();
        using var subscription = signals.Subscribe(_project, ChangeTopic.Labels, calls.CallAsync, Interval);

        signals.Publish(_project, ChangeTopic.Runs);
        signals.Publish(Guid.NewGuid(), ChangeTopic.Labels);
        signals.Publish(_project, ChangeTopic.Labels | ChangeTopic.Runs);

        await calls.ReachAsync(1);
        Assert.Equal(1, calls.Count);
    }

    [Fact]
    public async Task Publish_ManyTimesWithinTheInterval_CallsOnceMoreAfterIt()
    {
        var signals = NewSignals();
        var calls = new CallCounter();
        using var subscription = signals.Subscribe(Guid.Empty, ChangeTopic.Labels, calls.CallAsync, Interval);
        signals.Publish(_project, ChangeTopic.Labels);
        await calls.ReachAsync(1);

        for (var index = 0; index < 1000; index++)
        {
            signals.Publish(_project, ChangeTopic.Labels);
        }

        await AdvanceUntilAsync(() => calls.Count == 2);
        Assert.Equal(2, calls.Count);
    }

    [Fact]
    public async Task Publish_WhileTheListenerRuns_IsFollowedByAnotherCall()
    {
        var signals = NewSignals();
        var hold = new TaskCompletionSource();
        var calls = new CallCounter(hold.Task);
        using var subscription = signals.Subscribe(_project, ChangeTopic.Labels, calls.CallAsync, TimeSpan.Zero);
        signals.Publish(_project, ChangeTopic.Labels);
        await calls.ReachAsync(1);

        signals.Publish(_project, ChangeTopic.Labels);
        hold.SetResult();

        await calls.ReachAsync(2);
        Assert.Equal(1, calls.MostAtOnce);
    }

    [Fact]
    public async Task Publish_AfterTheListenerFailed_CallsAgain()
    {
        var signals = NewSignals();
        var calls = new CallCounter(Task.FromException(new InvalidOperationException("broken page")));
        using var subscription = signals.Subscribe(_project, ChangeTopic.Labels, calls.CallAsync, TimeSpan.Zero);
        signals.Publish(_project, ChangeTopic.Labels);
        await calls.ReachAsync(1);

        await RepeatUntilAsync(() => signals.Publish(_project, ChangeTopic.Labels), () => calls.Count >= 2);
    }

    [Fact]
    public async Task Dispose_EndsTheCalls()
    {
        var signals = NewSignals();
        var gone = new CallCounter();
        var stays = new CallCounter();
        var subscription = signals.Subscribe(_project, ChangeTopic.Labels, gone.CallAsync, TimeSpan.Zero);
        using var other = signals.Subscribe(_project, ChangeTopic.Labels, stays.CallAsync, TimeSpan.Zero);

        subscription.Dispose();
        subscription.Dispose();
        signals.Publish(_project, ChangeTopic.Labels);

        await stays.ReachAsync(1);
        Assert.Equal(0, gone.Count);
    }

    [Fact]
    public async Task Publish_FromAnotherContext_CallsWithTheSubscribersOne()
    {
        var signals = NewSignals();
        var ambient = new AsyncLocal<string> { Value = "subscriber" };
        var seen = new TaskCompletionSource<string?>();
        using var subscription = signals.Subscribe(
            _project,
            ChangeTopic.Labels,
            () =>
            {
                seen.TrySetResult(ambient.Value);
                return Task.CompletedTask;
            },
            TimeSpan.Zero);

        ambient.Value = "publisher";
        signals.Publish(_project, ChangeTopic.Labels);

        Assert.Equal("subscriber", await seen.Task);
    }

    [Fact]
    public async Task Publish_FromManyThreads_TheLastStateIsAlwaysSeen()
    {
        var signals = new ChangeSignals(TimeProvider.System, NullLogger<ChangeSignals>.Instance);
        var state = 0;
        var lastSeen = 0;
        var done = new TaskCompletionSource();
        using var subscription = signals.Subscribe(
            _project,
            ChangeTopic.Labels,
            () =>
            {
                lastSeen = Volatile.Read(ref state);
                if (lastSeen == 4000)
                {
                    done.TrySetResult();
                }

                return Task.CompletedTask;
            },
            TimeSpan.FromMilliseconds(1));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var index = 0; index < 1000; index++)
            {
                Interlocked.Increment(ref state);
                signals.Publish(_project, ChangeTopic.Labels);
            }
        })));

        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(4000, lastSeen);
    }

    private ChangeSignals NewSignals() => new(_clock, NullLogger<ChangeSignals>.Instance);

    private Task AdvanceUntilAsync(Func<bool> reached) => RepeatUntilAsync(() => _clock.Advance(Interval), reached);

    private static async Task RepeatUntilAsync(Action step, Func<bool> reached)
    {
        while (!reached())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            step();
            await Task.Yield();
        }
    }
}
