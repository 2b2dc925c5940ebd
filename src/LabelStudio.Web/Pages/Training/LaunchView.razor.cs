using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Shows what a run would train on and how, and launches it.</summary>
public sealed partial class LaunchView
{
    private Preflight? _preflight;
    private TrainingPlan _plan = TrainingPlan.Quick;
    private TrainingPlan? _forAddedClasses;
    private bool _fromPretrained;
    private string _name = "";
    private IReadOnlyList<DatasetVersion> _versions = [];
    private Guid _versionId;
    private IReadOnlyCollection<Guid>? _classIds;
    private TrainingCost? _cost;
    private bool _isMeasured;
    private (bool Asked, string? Backbone) _measured;

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
    private RunLaunch Launch { get; set; } = null!;

    [Inject]
    private LaunchInspection Inspection { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private RunEstimates Estimates { get; set; } = null!;

    [Inject]
    private BackboneRegistry Backbones { get; set; } = null!;

    private Guid? ChosenVersion => _versionId == Guid.Empty ? null : _versionId;

    private string? WhyHeadOnly => _preflight?.WhyHeadOnly(_fromPretrained);

    private bool Extends => !_fromPretrained && _preflight?.ParentModelId is not null;

    /// <summary>A combination is judged by its classes: that it is rare or new means nothing.</summary>
    private IEnumerable<ClassReadiness> Classes => _preflight!.Classes.Where(item => !item.IsCombination);

    /// <summary>Images that the promoted model is asked about as well: to be compared with, and for the first rows of new classes.</summary>
    private int ParentImages => Extends ? _preflight!.TestCount + (Classes.Any(item => item.IsNew) ? _preflight.TrainCount : 0) : 0;

    /// <summary>Those to choose from: a run that extends a model has that model's, one on an extractor none.</summary>
    private IReadOnlyList<BackboneDescriptor> OfferedBackbones => Extends || WhyHeadOnly is not null ? [] : Backbones.All;

    /// <summary>The one the run will have; null: the default.</summary>
    private string? Backbone => Extends ? _preflight!.ParentBackbone : _plan.Backbone;

    /// <summary>Why the run would not train what the settings say; that no old image is left the warnings say already.</summary>
    private string? WhyBackboneStaysStill => !_fromPretrained && OldClasses is { Count: > 0 } old
        ? OldImages.WhyBackboneStaysStill(_plan, old, Classes.Count(item => item is { IsNew: true, AllTrain: > 0 }), LostClasses)
        : null;

    /// <summary>Classes that the promoted model knows and the run shows it no image of.</summary>
    private int LostClasses => Classes.Count(item => item is { IsNew: false, AllTrain: 0 }) + _preflight!.LeftOut.Count(item => item is { IsCombination: false, IsNew: false });

    /// <summary>Training images of each class that the promoted model knows.</summary>
    private IReadOnlyList<OldClassImages> OldClasses => _preflight?.ParentModelId is null
        ? []
        : [.. Classes.Where(item => item is { IsNew: false, AllTrain: > 0 }).Select(item => new OldClassImages(item.AllTrain, item.KnownFrom))];

    private IReadOnlyCollection<TrainedLayers> Layers => WhyHeadOnly is null ? RunLaunch.SupportedLayers : [TrainedLayers.HeadOnly];

    private string NewClassesText => Classes.Count(item => item.IsNew) switch
    {
        0 => "it learns from all labels so far",
        var count => $"{Figures.Count(count, "new class is", "new classes are")} added",
    };

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var isFirst = _preflight is null;
        HashSet<Guid> leftOutBefore = [];
        if (isFirst)
        {
            _versions = await Versions.ListAsync(userId, ProjectId, cancellationToken);
            _versionId = _versions.Any(version => version.Id == VersionId) ? VersionId!.Value : Guid.Empty;
            if (Like is { } runId)
            {
                var run = await Queue.GetAsync(userId, runId, cancellationToken);
                (_plan, _fromPretrained) = (run.Plan, run.ParentModelId is null);
                leftOutBefore = [.. run.LeftOut.Select(item => item.Id)];
            }
        }

        var preflight = await Launch.PreflightAsync(userId, ProjectId, ChosenVersion, _classIds, cancellationToken);
        if (leftOutBefore.Count > 0)
        {
            // Classes that came since are trained.
            _classIds = [.. preflight.Classes.Select(item => item.ClassId).Where(id => !leftOutBefore.Contains(id))];
            preflight = await Launch.PreflightAsync(userId, ProjectId, ChosenVersion, _classIds, cancellationToken);
        }
        _preflight = preflight;
        if (isFirst)
        {
            _forAddedClasses = _preflight.ForAddedClasses(_fromPretrained);
            _plan = Like is null && _forAddedClasses is { } recipe ? recipe : _plan;
        }
        KeepToStart();
    }

    private void StartFrom(bool pretrained)
    {
        _fromPretrained = pretrained;
        KeepToStart();
    }

    /// <summary>
    /// The balanced preset stays chosen, with the epochs that this start and this many images call for. Settings taken over
    /// from another run, or chosen for another start, may train what is frozen here.
    /// </summary>
    private void KeepToStart()
    {
        var before = _forAddedClasses ?? TrainingPlan.Balanced;
        _forAddedClasses = _preflight!.ForAddedClasses(_fromPretrained);
        _plan = _plan == before ? _forAddedClasses ?? TrainingPlan.Balanced : _plan;
        if (!Layers.Contains(_plan.Layers))
        {
            _plan = _plan with { Layers = TrainedLayers.HeadOnly };
        }
    }

    // The first visitor waits some seconds for the measurement, of each backbone: the page is there without it.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_preflight is null || _measured == (true, Backbone))
        {
            return;
        }
        var asked = _measured = (true, Backbone);
        (_cost, _isMeasured) = (null, false);
        var cost = await Estimates.CostAsync(asked.Backbone, CancellationToken.None);
        if (!IsLeft && _measured == asked)
        {
            (_cost, _isMeasured) = (cost, true);
            StateHasChanged();
        }
    }

    private string? EstimateOf(TrainingPlan plan) => _cost is null
        ? _isMeasured ? null : "measuring this machine …"
        : Figures.Estimate(_cost.Estimate(plan, _preflight!.TrainCount, _preflight.ValidationCount + _preflight.TestCount, ParentImages));

    private Task ChooseVersionAsync(ChangeEventArgs e)
    {
        // Another version may have other classes.
        (_versionId, _classIds) = (Guid.TryParse((string?)e.Value, out var id) ? id : Guid.Empty, null);
        return ReloadAsync();
    }

    private Task ChooseClassesAsync(IReadOnlyCollection<Guid>? classIds)
    {
        _classIds = classIds;
        return ReloadAsync();
    }

    private async Task LaunchAsync()
    {
        var runId = Guid.Empty;
        var name = string.IsNullOrWhiteSpace(_name) ? null : _name.Trim();
        if (await ActAsync(async (userId, stop) => runId = await Inspection.LaunchAsync(userId, ProjectId, new LaunchRequest(_plan, name, _fromPretrained, ChosenVersion) { ClassIds = _classIds }, stop)))
        {
            Navigation.NavigateTo($"projects/{ProjectId}/runs/{runId}");
        }
    }
}
