using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// The live picture of every run: events are numbered, kept in <c>runs/&lt;id&gt;/events.jsonl</c>, folded into an immutable
/// <see cref="RunView"/>, and readers are told that something changed. Thread-safe.
/// </summary>
public sealed class TrainingMonitor
{
    /// <summary>The run as it is now; an empty view for a run without events.</summary>
    public RunView Snapshot(Guid runId) => throw new NotImplementedException();

    /// <summary>All events after a sequence number, oldest first.</summary>
    public IReadOnlyList<TrainingEvent> Since(Guid runId, long sequence) => throw new NotImplementedException();

    /// <summary>Calls <paramref name="onChanged"/> after changes, at most once per <paramref name="minimumInterval"/>; the last change is never lost.</summary>
    public IDisposable Subscribe(Guid runId, Func<Task> onChanged, TimeSpan minimumInterval) => throw new NotImplementedException();
}
