using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Components.Layout;

/// <summary>Tells on every page of a project when a run of it ends, with a button that leads to it. Draws nothing itself.</summary>
public sealed class RunEndings : DataView
{
    private DateTime? _sinceUtc;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IEnumerable<IDisposable> Follow()
    {
        // What ended before somebody came is no news.
        _sinceUtc = Now;
        return [Signals.Subscribe(ProjectId, ChangeTopic.Runs, OnSignalAsync, TimeSpan.FromSeconds(1))];
    }

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var projectId = ProjectId;
        foreach (var run in await Queue.EndedSinceAsync(userId, projectId, _sinceUtc!.Value, cancellationToken))
        {
            _sinceUtc = run.EndedUtc;
            // The run's own page shows it already.
            if (!Navigation.Uri.Contains($"/runs/{run.Id}", StringComparison.OrdinalIgnoreCase))
            {
                Tell(projectId, run);
            }
        }
    }

    private void Tell(Guid projectId, EndedRun run)
    {
        var (text, severity) = run.State switch
        {
            RunState.Succeeded => ($"{run.Name} has ended: its model is ready.", Severity.Success),
            RunState.Failed => ($"{run.Name} has failed.", Severity.Error),
            _ => ($"{run.Name} was interrupted.", Severity.Warning),
        };
        Snackbar.Add(text, severity, options =>
        {
            options.VisibleStateDuration = 15_000;
            options.Action = "Open it";
            options.OnClick = _ =>
            {
                Navigation.NavigateTo($"projects/{projectId}/runs/{run.Id}");
                return Task.CompletedTask;
            };
        });
    }
}
