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
            var added = Add(events.Skip(known));
            _lastWorkerNumber = Math.Max(_lastWorkerNumber, firstNumber + events.Count - 1);
            return added;
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
        var numbered = events.Select((item, index) => item with { Sequence = _events.Count + index + 1 }).ToList();
        if (numbered.Count > 0)
        {
            // The file first: what it could not take is sent again, and must not be known by then.
            WriteWhole(string.Concat(numbered.Select(item => TrainingJson.Write(item) + '\n')));
            numbered.ForEach(Keep);
        }
        return numbered;
    }

    /// <summary>On a full disk nothing stays of what did not fit.</summary>
    private void WriteWhole(string lines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var length = file.Length;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(lines));
        }
        catch
        {
            file.SetLength(length);
            throw;
        }
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
            ExemplarsChosen chosen => view with { ExemplarIds = chosen.ImageIds },
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
