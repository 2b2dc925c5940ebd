using System.Text;
using System.Text.Json;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// The events of one run: numbered from 1, in memory, in <c>events.jsonl</c>, and folded into a view. Thread-safe.
/// </summary>
internal sealed class RunStream
{
    private const int LogLines = 200;
    private readonly Lock _gate = new();
    private readonly List<TrainingEvent> _events = [];
    private readonly string _path;
    private long _lastWorkerNumber;
    private volatile RunView _view;

    public RunStream(Guid runId, string folder)
    {
        _path = Path.Combine(folder, "events.jsonl");
        _view = new RunView { RunId = runId };
        foreach (var item in ReadFile(_path))
        {
            Keep(item);
        }
    }

    public RunView View => _view;

    /// <summary>Adds what a trainer sent. Its own numbering makes a repeated delivery harmless.</summary>
    /// <param name="firstNumber">The trainer's number of the first event, from 1.</param>
    /// <returns>The events that were new, with their sequence numbers.</returns>
    public IReadOnlyList<TrainingEvent> AppendFromWorker(long firstNumber, IReadOnlyList<TrainingEvent> events)
    {
        lock (_gate)
        {
            var known = (int)Math.Clamp(_lastWorkerNumber - firstNumber + 1, 0, events.Count);
            _lastWorkerNumber = Math.Max(_lastWorkerNumber, firstNumber + events.Count - 1);
            return Add(events.Skip(known));
        }
    }

    public IReadOnlyList<TrainingEvent> Append(IEnumerable<TrainingEvent> events)
    {
        lock (_gate)
        {
            return Add(events);
        }
    }

    /// <summary>A new trainer begins to number from 1.</summary>
    public void BeginWorker()
    {
        lock (_gate)
        {
            _lastWorkerNumber = 0;
        }
    }

    public void SetState(RunState state)
    {
        lock (_gate)
        {
            _view = _view with { State = state };
        }
    }

    public IReadOnlyList<TrainingEvent> Since(long sequence)
    {
        lock (_gate)
        {
            var from = (int)Math.Clamp(sequence, 0, _events.Count);
            return _events[from..];
        }
    }

    private List<TrainingEvent> Add(IEnumerable<TrainingEvent> events)
    {
        var numbered = new List<TrainingEvent>();
        foreach (var item in events)
        {
            var kept = item with { Sequence = _events.Count + 1 };
            Keep(kept);
            numbered.Add(kept);
        }
        if (numbered.Count > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.AppendAllLines(_path, numbered.Select(TrainingJson.Write));
        }
        return numbered;
    }

    private void Keep(TrainingEvent item)
    {
        _events.Add(item);
        var view = _view with { LastSequence = item.Sequence };
        _view = item switch
        {
            // A run that is taken up again goes on after its checkpoint: what came later is trained again.
            RunStarted started => view with { Started = started, Epochs = [.. view.Epochs.TakeWhile(epoch => epoch.Epoch <= started.AfterEpoch)], LastBatch = null, Ended = null },
            BatchCompleted batch => view with { LastBatch = batch },
            EpochCompleted epoch => view with { Epochs = [.. view.Epochs.Where(item => item.Epoch != epoch.Epoch), epoch] },
            LogWritten line => view with { LogTail = [.. view.LogTail.TakeLast(LogLines - 1), line] },
            RunEnded ended => view with { Ended = ended },
            _ => view,
        };
    }

    /// <summary>A line that was not written whole ends the file: it is cut off, so that the next one begins on its own.</summary>
    private static List<TrainingEvent> ReadFile(string path)
    {
        var events = new List<TrainingEvent>();
        if (!File.Exists(path))
        {
            return events;
        }
        var bytes = File.ReadAllBytes(path);
        var start = 0;
        for (var end = Array.IndexOf(bytes, (byte)'\n'); end >= 0; end = Array.IndexOf(bytes, (byte)'\n', start))
        {
            try
            {
                events.Add(TrainingJson.Read(Encoding.UTF8.GetString(bytes, start, end - start)) with { Sequence = events.Count + 1 });
            }
            catch (JsonException)
            {
                break;
            }
            start = end + 1;
        }
        if (start < bytes.Length)
        {
            using var file = File.OpenWrite(path);
            file.SetLength(start);
        }
        return events;
    }
}
