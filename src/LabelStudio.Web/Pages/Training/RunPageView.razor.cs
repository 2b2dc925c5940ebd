using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>One run: its state and what can be done with it. What moves several times a second is drawn by <see cref="LiveRun"/>.</summary>
public sealed partial class RunPageView
{
    private RunDetails? _run;
    private string _parentName = "its parent";
    private Dictionary<Guid, double> _parentAccuracy = [];
    private Guid? _parentRead;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required Guid RunId { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    [Parameter]
    public bool CanPromote { get; set; }

    protected override object Key => RunId;

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private RunControl Control { get; set; } = null!;

    [Inject]
    private ModelRegistry Models { get; set; } = null!;

    [Inject]
    private TrainingMonitor Monitor { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    private string QueueText => _run!.QueuePosition switch
    {
        null or 1 => "Next in line: it starts as soon as a trainer is free.",
        var position => $"Number {position} in line: one run is trained at a time.",
    };

    private string ResumeText => _run switch
    {
        { CheckpointEpoch: { } epoch } => $"Resume after epoch {epoch}",
        { State: RunState.Paused } => "Resume",
        _ => "Start again",
    };

    private bool CanPause => _run!.State is RunState.Queued or RunState.Preparing or RunState.Running;

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Runs, OnSignalAsync, TimeSpan.FromMilliseconds(300))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var run = await Queue.GetAsync(userId, RunId, cancellationToken);
        if (run.ProjectId != ProjectId)
        {
            throw new NotFoundException("The run belongs to another project. Open it from that project's list of runs.");
        }

        if (run.ParentModelId is { } parent && _parentRead != parent)
        {
            await ReadParentAsync(userId, parent, cancellationToken);
        }

        _run = run;
    }

    // The ghost marks beside the bars: what the parent's own run reached on validation. Lost files only cost the marks.
    private async Task ReadParentAsync(Guid userId, Guid parentId, CancellationToken cancellationToken)
    {
        _parentRead = parentId;
        try
        {
            var parent = await Models.GetAsync(userId, parentId, cancellationToken);
            _parentName = parent.Name;
            var view = Monitor.Snapshot(parent.RunId);
            _parentAccuracy = view is { Started: { } started } && view.Epochs.LastOrDefault(epoch => epoch.IsBest) is { } best
                ? started.ClassIds.Zip(best.PerClassAccuracy).Where(c => c.Second is not null).ToDictionary(c => c.First, c => c.Second!.Value)
                : [];
        }
        catch (StudioException)
        {
            _parentAccuracy = [];
        }
    }

    private Task CancelAsync(bool keepBest) => CommandAsync((userId, stop) => Control.CancelAsync(userId, RunId, keepBest, stop));

    private Task PauseAsync() => CommandAsync((userId, stop) => Control.PauseAsync(userId, RunId, stop));

    private Task ResumeAsync() => CommandAsync((userId, stop) => Control.ResumeAsync(userId, RunId, stop));

    private async Task CommandAsync(Func<Guid, CancellationToken, Task> command)
    {
        if (await ActAsync(command))
        {
            await ReloadAsync();
        }
    }
}
