using System.Globalization;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Follows a run in process: a signal says that something changed, the newest view is read and drawn.</summary>
public sealed partial class LiveRun : IAsyncDisposable
{
    /// <summary>Four times a second is as fast as a person reads a curve.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private IDisposable? _subscription;
    private Guid _followed;
    private RunCurves _curves = new();
    private RunView _view = new() { RunId = Guid.Empty };
    private IReadOnlyList<ClassBar> _bars = [];
    private int? _barsEpoch;
    private bool _hasGap;
    private bool _wasEnded;
    private bool _isDisposed;

    [Parameter, EditorRequired]
    public required RunDetails Run { get; set; }

    /// <summary>Recall of the model before by class, for the ghost marks.</summary>
    [Parameter]
    public IReadOnlyDictionary<Guid, double> AccuracyBefore { get; set; } = new Dictionary<Guid, double>();

    [Parameter]
    public string BeforeName { get; set; } = "the model before";

    [Parameter]
    public EventCallback OnEnded { get; set; }

    [Inject]
    private TrainingMonitor Monitor { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private string Group => $"run-{Run.Id:N}";

    private bool IsUnderWay => Run.State.IsHeld() && _view.Ended is null;

    private int Epochs => _view.Started?.Epochs ?? Run.Plan.Epochs;

    /// <summary>What the trainer told of its step. While the run is made ready, that is from an attempt before this one.</summary>
    private BatchCompleted? LastBatch => Run.State == RunState.Preparing ? null : _view.LastBatch;

    private EpochCompleted? LastEpoch => _view.Epochs.Count > 0 ? _view.Epochs[^1] : null;

    private double? BestAccuracy => _view.Epochs.LastOrDefault(epoch => epoch.IsBest)?.ValidationAccuracy;

    private string EpochText => string.Create(CultureInfo.CurrentCulture, $"{(IsUnderWay ? LastBatch?.Epoch ?? LastEpoch?.Epoch ?? 0 : LastEpoch?.Epoch ?? 0)} / {Epochs}");

    /// <summary>The step within the epoch that is under way; null: none is, or it has not told yet.</summary>
    private string? StepText => IsUnderWay && LastBatch is { } batch && batch.Epoch > (LastEpoch?.Epoch ?? 0)
        ? string.Create(CultureInfo.CurrentCulture, $"step {batch.Step:N0} of {batch.StepsPerEpoch:N0}")
        : null;

    private string XName => _curves.OverTime ? "Minutes" : "Epoch";

    private string? PatienceText => IsUnderWay && Run.Plan.Patience > 0 && _curves.EpochsWithoutGain > 0
        ? string.Create(CultureInfo.CurrentCulture, $"no gain for {_curves.EpochsWithoutGain} of {Run.Plan.Patience}{(LastEpoch?.Epoch < Run.Plan.MinimumEpochs ? $", not before epoch {Run.Plan.MinimumEpochs}" : "")}")
        : null;

    private double DoneShare => LastBatch is { } batch && batch.Epoch > (LastEpoch?.Epoch ?? 0)
        ? (batch.Epoch - 1 + ((double)batch.Step / batch.StepsPerEpoch)) / Epochs
        : (double)(LastEpoch?.Epoch ?? 0) / Epochs;

    private string TimeText
    {
        get
        {
            if (Run.EndedUtc is { } ended && Run.StartedUtc is { } started)
            {
                return Figures.Duration(ended - started);
            }

            double? left = LastBatch is { } batch && batch.Sequence > (LastEpoch?.Sequence ?? 0) ? batch.SecondsLeft : LastEpoch?.SecondsLeft;
            return IsUnderWay && left is { } seconds && double.IsFinite(seconds) ? Figures.Duration(TimeSpan.FromSeconds(seconds)) : "–";
        }
    }

    private string SpeedText
    {
        get
        {
            var speed = IsUnderWay ? LastBatch?.ImagesPerSecond ?? LastEpoch?.ImagesPerSecond : LastEpoch?.ImagesPerSecond;
            return speed is > 0 and { } value && double.IsFinite(value) ? $"{value.ToString("N0", CultureInfo.CurrentCulture)} images/s" : "–";
        }
    }

    private string MemoryText => LastEpoch?.MemoryBytes is > 0 and { } bytes ? $"{(bytes / 1073741824.0).ToString("F1", CultureInfo.CurrentCulture)} GB" : "–";

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _subscription?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override void OnParametersSet()
    {
        if (_followed != Run.Id)
        {
            _subscription?.Dispose();
            _followed = Run.Id;
            _curves = new RunCurves { OverTime = _curves.OverTime };
            _wasEnded = Run.State.IsEnded();

            // Subscribed before the first read, so that no event falls between the two.
            _subscription = Monitor.Subscribe(Run.Id, OnChangedAsync, Interval);
        }

        Read();
    }

    private void ShowOver(string? unit) => _curves.OverTime = unit == "minutes";

    private Task OnChangedAsync() => _isDisposed ? Task.CompletedTask : InvokeAsync(async () =>
    {
        if (_isDisposed)
        {
            return;
        }

        Read();
        StateHasChanged();
        if (_view.Ended is not null && !_wasEnded)
        {
            _wasEnded = true;
            await OnEnded.InvokeAsync();
        }
    });

    private void Read()
    {
        _view = Monitor.Snapshot(Run.Id);
        _curves.Add(Monitor.Since(Run.Id, _curves.LastSequence), Run.Classes);
        _wasEnded &= _view.Ended is not null;
        _hasGap = _view.Epochs.Any(epoch => !double.IsFinite(epoch.TrainLoss) || !double.IsFinite(epoch.ValidationLoss));
        if (LastEpoch is { } last && _view.Started is { } started)
        {
            // After the end the weights of the best epoch are what was kept.
            var shown = _view.Ended is { BestEpoch: > 0 } ended ? _view.Epochs.LastOrDefault(e => e.Epoch == ended.BestEpoch) ?? last : last;
            _barsEpoch = shown.Epoch;
            _bars = BarsOf(shown, started);
        }
    }

    private List<ClassBar> BarsOf(EpochCompleted epoch, RunStarted started)
    {
        var classes = Run.Classes.ToDictionary(item => item.Id);
        var bars = new List<ClassBar>();
        foreach (var (index, classId) in started.ClassIds.Index())
        {
            if (classes.TryGetValue(classId, out var item))
            {
                double? before = AccuracyBefore.TryGetValue(classId, out var value) ? value : null;
                bars.Add(new ClassBar(classId, item.Name, item.Colour, item.IsNew && Run.ParentModelId is not null, epoch.PerClassAccuracy.ElementAtOrDefault(index), before) { IsCombination = item.IsCombination });
            }
        }

        return bars;
    }
}
