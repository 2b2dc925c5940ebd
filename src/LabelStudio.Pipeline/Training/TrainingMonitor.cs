using System.Collections.Concurrent;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// The live picture of every run: events are numbered, kept in <c>runs/&lt;id&gt;/events.jsonl</c> (epochs also in <c>metrics.csv</c> and for TensorBoard), folded into an immutable
/// <see cref="RunView"/>, and readers are told that something changed. Thread-safe.
/// </summary>
public sealed class TrainingMonitor(StudioPaths paths, ChangeSignals signals, TimeProvider clock)
{
    private const string TensorBoardFolder = "tensorboard";
    private readonly ConcurrentDictionary<Guid, RunStream> _streams = new();
    private readonly ConcurrentDictionary<Guid, TensorBoardLog> _logs = new();

    /// <summary>The run as it is now; an empty view for a run without events.</summary>
    public RunView Snapshot(Guid runId) => StreamOf(runId).View;

    /// <summary>All events after a sequence number, oldest first.</summary>
    public IReadOnlyList<TrainingEvent> Since(Guid runId, long sequence) => StreamOf(runId).Since(sequence);

    /// <summary>Calls <paramref name="onChanged"/> after changes, at most once per <paramref name="minimumInterval"/>; the last change is never lost.</summary>
    public IDisposable Subscribe(Guid runId, Func<Task> onChanged, TimeSpan minimumInterval) =>
        // A run's signals travel under the run's id, which no project has.
        signals.Subscribe(runId, ChangeTopic.Runs, onChanged, minimumInterval);

    /// <summary>Adds events of the server itself.</summary>
    public void Append(Guid runId, IReadOnlyList<TrainingEvent> events)
    {
        if (StreamOf(runId).Append(events).Count > 0)
        {
            signals.Publish(runId, ChangeTopic.Runs);
        }
    }

    /// <summary>A line in the run's log, now.</summary>
    public void Log(Guid runId, string text) =>
        Append(runId, [new LogWritten(text) { AtUtc = clock.GetUtcNow().UtcDateTime }]);

    /// <summary>Adds what a trainer sent; what came before under the same number is left out.</summary>
    /// <returns>The events that were new.</returns>
    public IReadOnlyList<TrainingEvent> AppendFromWorker(Guid runId, long firstNumber, IReadOnlyList<TrainingEvent> events)
    {
        var added = StreamOf(runId).AppendFromWorker(firstNumber, events);
        if (added.Any(item => item is RunStarted or EpochCompleted))
        {
            // At the start too: of what a broken attempt told, only what the run goes on from still counts.
            MetricsFile.Write(paths.RunFolder(runId), Snapshot(runId));
        }
        if (added.OfType<EpochCompleted>().ToList() is { Count: > 0 } epochs)
        {
            epochs.ForEach(_logs.GetOrAdd(runId, id => new TensorBoardLog(Path.Combine(paths.RunFolder(id), TensorBoardFolder))).Add);
        }
        if (added.OfType<RunEnded>().Any())
        {
            _logs.TryRemove(runId, out _);
        }
        if (added.Count > 0)
        {
            signals.Publish(runId, ChangeTopic.Runs);
        }
        return added;
    }

    internal void BeginWorker(Guid runId) => StreamOf(runId).BeginWorker();

    internal void SetState(Guid runId, RunState state)
    {
        StreamOf(runId).SetState(state);
        signals.Publish(runId, ChangeTopic.Runs);
    }

    /// <summary>Tells the state from the database to a view that was read from the file.</summary>
    internal void TeachState(Guid runId, RunState state)
    {
        if (Snapshot(runId).State != state)
        {
            StreamOf(runId).SetState(state);
        }
    }

    private RunStream StreamOf(Guid runId) => _streams.GetOrAdd(runId, id => new RunStream(id, paths.RunFolder(id)));
}
