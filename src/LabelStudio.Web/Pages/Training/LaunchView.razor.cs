using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Shows what a run would train on and how, and launches it.</summary>
public sealed partial class LaunchView
{
    private Preflight? _preflight;
    private TrainingPlan _plan = TrainingPlan.Quick;
    private bool _fromPretrained;
    private string _name = "";

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string NewClassesText => _preflight!.Classes.Count(item => item.IsNew) switch
    {
        0 => "it learns from all labels so far",
        var count => $"{Figures.Count(count, "new class is", "new classes are")} added",
    };

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken) =>
        _preflight = await Queue.PreflightAsync(userId, ProjectId, cancellationToken);

    private async Task LaunchAsync()
    {
        var runId = Guid.Empty;
        var name = string.IsNullOrWhiteSpace(_name) ? null : _name.Trim();
        if (await ActAsync(async (userId, stop) => runId = await Queue.LaunchAsync(userId, ProjectId, new LaunchRequest(_plan, name, _fromPretrained), stop)))
        {
            Navigation.NavigateTo($"projects/{ProjectId}/runs/{runId}");
        }
    }
}
