using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Serving;

/// <summary>A project's live head together with what still has to be learned and who waits for it.</summary>
internal sealed class Follower(Guid projectId, LiveHead head) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private TaskCompletionSource? _waiters;
    private long? _dirtySince;
    private volatile LiveHead _head = head;

    public Guid ProjectId { get; } = projectId;

    public LiveHead Head => _head;

    public bool IsDirty
    {
        get
        {
            lock (_gate)
            {
                return _dirtySince is not null;
            }
        }
    }

    public long DirtySince
    {
        get
        {
            lock (_gate)
            {
                return _dirtySince ?? long.MaxValue;
            }
        }
    }

    public void Listen(ChangeSignals signals, TimeSpan intakeInterval, Action wake)
    {
        _subscriptions.Add(signals.Subscribe(ProjectId, ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Models | ChangeTopic.Project, Wake, TimeSpan.Zero));
        _subscriptions.Add(signals.Subscribe(ProjectId, ChangeTopic.Images | ChangeTopic.Embeddings, Wake, intakeInterval));

        Task Wake()
        {
            wake();
            return Task.CompletedTask;
        }
    }

    public void MarkDirty(long now)
    {
        lock (_gate)
        {
            _dirtySince ??= now;
        }
    }

    public (long Since, TaskCompletionSource? Waiters) TakeDirty()
    {
        lock (_gate)
        {
            var taken = (_dirtySince ?? 0, _waiters);
            (_dirtySince, _waiters) = (null, null);
            return taken;
        }
    }

    /// <summary>Completes after the next update that begins from now on.</summary>
    public Task NextUpdate()
    {
        lock (_gate)
        {
            _waiters ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiters.Task;
        }
    }

    /// <summary>Another head takes over: its answers are seen from now on.</summary>
    public void Take(LiveHead head) => _head = head;

    public void Dispose()
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Dispose();
        }
    }
}
