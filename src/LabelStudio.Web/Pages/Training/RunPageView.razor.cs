using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>One run: its state and what can be done with it. What moves several times a second is drawn by <see cref="LiveRun"/>.</summary>
public sealed partial class RunPageView
{
    private RunDetails? _run;
    private string _beforeName = "the model before";
    private Dictionary<Guid, double> _accuracyBefore = [];
    private Guid? _beforeRead;

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
    private EvaluationReports Reports { get; set; } = null!;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private TrainingMonitor Monitor { get; set; } = null!;

    [Inject]
    private RunDispatch Dispatch { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    private string QueueText => _run!.QueuePosition switch
    {
        null or 1 => "Next in line: it starts as soon as a trainer is free.",
        var position => $"Number {position} in line: a device trains one run at a time.",
    };

    private string ResumeText => _run switch
    {
        { CheckpointEpoch: { } epoch } => $"Resume after epoch {epoch}",
        { State: RunState.Paused } => "Resume",
        _ => "Start again",
    };

    private string? InsteadOfPlan => Monitor.Snapshot(RunId).Started?.InsteadOfPlan;

    private string? EndedBecause => _run!.StopReason is { } reason ? RunText.Of(reason, _run.Plan.Patience, _run.ModelVersionId is not null) : null;

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

        if (await BeforeAsync(run, cancellationToken) is var before && _beforeRead != before)
        {
            await ReadBeforeAsync(userId, run, before, cancellationToken);
        }
        if (Monitor.Snapshot(RunId).Started is { AccuracyBefore.Count: > 0 } told)
        {
            _accuracyBefore = Told(told.ClassIds, told.AccuracyBefore);
        }

        _run = run;
    }

    // A run that extends no model is held against the promoted one: that of its end, and before the end that of now.
    private async Task<Guid?> BeforeAsync(RunDetails run, CancellationToken cancellationToken) =>
        run.ParentModelId is { } parent ? parent
        : run.ModelVersionId is { } made ? (await Reports.FindAsync(made, cancellationToken))?.Comparison?.ParentModelId
        : run.State.IsEnded() ? null
        : (await Models.ProductionAsync(ProjectId, cancellationToken))?.Id;

    // The ghost marks beside the bars: a run tells what its parent makes of its validation images. What another model's own run
    // reached says the same only where these are the same images. Lost files only cost the marks.
    private async Task ReadBeforeAsync(Guid userId, RunDetails run, Guid? beforeId, CancellationToken cancellationToken)
    {
        (_beforeRead, _accuracyBefore) = (beforeId, []);
        if (beforeId is not { } modelId)
        {
            return;
        }

        try
        {
            var before = await Models.GetAsync(userId, modelId, cancellationToken);
            _beforeName = before.Name;
            var view = Monitor.Snapshot(before.RunId);
            _accuracyBefore = view is { Started: { } started } && view.Epochs.LastOrDefault(epoch => epoch.IsBest) is { } best
                && run.DatasetSnapshotId is { } versionId && await Versions.HaveSameAsync(userId, ProjectId, before.DatasetSnapshotId, versionId, Split.Validation, cancellationToken)
                ? Told(started.ClassIds, best.PerClassAccuracy)
                : [];
        }
        catch (StudioException)
        {
            _accuracyBefore = [];
        }
    }

    private static Dictionary<Guid, double> Told(IReadOnlyList<Guid> classIds, IReadOnlyList<double?> accuracies) =>
        classIds.Zip(accuracies).Where(item => item.Second is not null).ToDictionary(item => item.First, item => item.Second!.Value);

    private Task CancelAsync(bool keepBest) => CommandAsync((userId, stop) => Control.CancelAsync(userId, RunId, keepBest, stop));

    private Task ArchiveAsync() => CommandAsync((userId, stop) => Control.ArchiveAsync(userId, RunId, !_run!.IsArchived, stop));

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
