using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>The runs of every project the person may see: under way, waiting, ended.</summary>
public sealed partial class AllRunsView
{
    private const int PageSize = 30;
    private const string WaitingTitle = "Waiting";

    private List<AllRunsLine> _lines = [];
    private int _shown = PageSize;
    private int _archived;
    private bool _showsArchived;

    protected override object Key => Guid.Empty;

    [Inject]
    private ProjectCatalog Projects { get; set; } = null!;

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private RunControl Control { get; set; } = null!;

    [Inject]
    private ProjectAccess Access { get; set; } = null!;

    [Inject]
    private TrainingMonitor Monitor { get; set; } = null!;

    [Inject]
    private RunDispatch Dispatch { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    private IReadOnlyList<(string Title, string None, IReadOnlyList<AllRunsLine> Lines)> Groups =>
    [
        ("Under way", "No trainer is busy.", [.. _lines.Where(line => line.Run.State.IsHeld())]),
        (WaitingTitle, "Nothing waits.", [.. _lines.Where(line => line.Run.State is RunState.Queued or RunState.Paused).OrderBy(line => line.Run.CreatedUtc).ThenBy(line => line.Run.Id)]),
        ("Ended", "Nothing has ended yet.", [.. _lines.Where(line => line.Run.State.IsEnded())]),
    ];

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(Guid.Empty, ChangeTopic.Runs, OnSignalAsync, TimeSpan.FromSeconds(1))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var (lines, archived) = (new List<AllRunsLine>(), 0);
        foreach (var project in await Projects.ListAsync(userId, cancellationToken))
        {
            var canTrain = await Access.AllowsAsync(userId, project.Id, StudioRight.Train, cancellationToken);
            var runs = await Queue.ListAsync(userId, project.Id, cancellationToken);
            archived += runs.Count(run => run.IsArchived);

            // The views of ended runs would have to be read from their files: only live ones are asked for.
            lines.AddRange(runs.Where(run => _showsArchived || !run.IsArchived).Select(run => new AllRunsLine(project.Id, project.Name, run, run.State.IsHeld() ? Monitor.Snapshot(run.Id) : null, canTrain)));
        }

        (_lines, _archived) = ([.. lines.OrderByDescending(line => line.Run.CreatedUtc)], archived);
    }

    private Task ShowArchivedAsync(bool shows)
    {
        _showsArchived = shows;
        return ReloadAsync();
    }

    private Task PauseAsync(Guid runId) => CommandAsync((userId, stop) => Control.PauseAsync(userId, runId, stop));

    private Task ResumeAsync(Guid runId) => CommandAsync((userId, stop) => Control.ResumeAsync(userId, runId, stop));

    private Task CancelAsync(Guid runId, bool keepBest) => CommandAsync((userId, stop) => Control.CancelAsync(userId, runId, keepBest, stop));

    private async Task CommandAsync(Func<Guid, CancellationToken, Task> command)
    {
        await ActAsync(command);
        await ReloadAsync();
    }
}
