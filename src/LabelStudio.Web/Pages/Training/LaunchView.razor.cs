using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
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
    private IReadOnlyList<DatasetVersion> _versions = [];
    private Guid _versionId;
    private TrainingCost? _cost;
    private bool _isMeasured;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>A run whose settings are taken over.</summary>
    [Parameter]
    public Guid? Like { get; set; }

    /// <summary>A frozen version to begin with instead of the labels of now.</summary>
    [Parameter]
    public Guid? VersionId { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private RunEstimates Estimates { get; set; } = null!;

    private Guid? ChosenVersion => _versionId == Guid.Empty ? null : _versionId;

    private string NewClassesText => _preflight!.Classes.Count(item => item.IsNew) switch
    {
        0 => "it learns from all labels so far",
        var count => $"{Figures.Count(count, "new class is", "new classes are")} added",
    };

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (_preflight is null)
        {
            _versions = await Versions.ListAsync(userId, ProjectId, cancellationToken);
            _versionId = _versions.Any(version => version.Id == VersionId) ? VersionId!.Value : Guid.Empty;
            if (Like is { } runId)
            {
                var run = await Queue.GetAsync(userId, runId, cancellationToken);
                (_plan, _fromPretrained) = (run.Plan, run.ParentModelId is null);
            }
        }

        _preflight = await Queue.PreflightAsync(userId, ProjectId, ChosenVersion, cancellationToken);
    }

    // The first visitor waits some seconds for the measurement: the page is there without it.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }
        _cost = await Estimates.CostAsync(CancellationToken.None);
        _isMeasured = true;
        if (!IsLeft)
        {
            StateHasChanged();
        }
    }

    private string? EstimateOf(TrainingPlan plan) => _cost is null
        ? _isMeasured ? null : "measuring this machine …"
        : $"about {Figures.Duration(_cost.Estimate(plan, _preflight!.TrainCount, _preflight.ValidationCount + _preflight.TestCount))}";

    private Task ChooseVersionAsync(ChangeEventArgs e)
    {
        _versionId = Guid.TryParse((string?)e.Value, out var id) ? id : Guid.Empty;
        return ReloadAsync();
    }

    private async Task LaunchAsync()
    {
        var runId = Guid.Empty;
        var name = string.IsNullOrWhiteSpace(_name) ? null : _name.Trim();
        if (await ActAsync(async (userId, stop) => runId = await Queue.LaunchAsync(userId, ProjectId, new LaunchRequest(_plan, name, _fromPretrained, ChosenVersion), stop)))
        {
            Navigation.NavigateTo($"projects/{ProjectId}/runs/{runId}");
        }
    }
}
