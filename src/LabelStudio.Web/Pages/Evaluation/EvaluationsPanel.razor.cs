using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>The evaluations of a model, and the form that asks for another.</summary>
public sealed partial class EvaluationsPanel
{
    private IReadOnlyList<EvaluationSummary> _evaluations = [];
    private IReadOnlyList<DatasetVersion> _versions = [];
    private IReadOnlyList<ModelSummary> _models = [];
    private Guid _versionId;
    private Guid _comparedId;
    private Guid? _renamed;
    private string _name = "";
    private string _newName = "";

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required ModelSummary Model { get; set; }

    /// <summary>The evaluation that the page shows; the model's id: the one its run made.</summary>
    [Parameter, EditorRequired]
    public required Guid ShownId { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    protected override object Key => (Model.Id, ShownId);

    [Inject]
    private NamedEvaluations Evaluations { get; set; } = null!;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private ModelRegistry Models { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private string UsualText => _models.FirstOrDefault(model => model.IsProduction && model.Id != Model.Id) is { } production ? $"{production.Name} (production)"
        : Model.ParentNumber is { } parent ? $"Model {parent}, its parent"
        : "no other model";

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Evaluations, OnSignalAsync, TimeSpan.FromMilliseconds(500))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _versions = await Versions.ListAsync(userId, ProjectId, cancellationToken);
        _models = await Models.ListAsync(userId, ProjectId, cancellationToken);
        _evaluations = await Evaluations.ListAsync(userId, ProjectId, Model.Id, cancellationToken);
    }

    private async Task StartAsync()
    {
        var order = new NewEvaluation(
            Model.Id,
            _versionId == Guid.Empty ? null : _versionId,
            string.IsNullOrWhiteSpace(_name) ? null : _name,
            _comparedId == Guid.Empty ? null : _comparedId);
        if (await ActAsync((userId, stop) => Evaluations.StartAsync(userId, ProjectId, order, stop)))
        {
            _name = "";
            await ReloadAsync();
        }
    }

    private async Task RenameAsync(EvaluationSummary item)
    {
        if (await ActAsync((userId, stop) => Evaluations.RenameAsync(userId, item.Id, _newName, stop)))
        {
            _renamed = null;
            await ReloadAsync();
        }
    }

    private async Task CancelAsync(EvaluationSummary item)
    {
        await ActAsync((userId, stop) => Evaluations.CancelAsync(userId, item.Id, stop));
        await ReloadAsync();
    }

    private async Task DeleteAsync(EvaluationSummary item)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Delete {item.Name}?", "Its figures and what the model said about each image are gone for good. The model and the labels stay.", yesText: "Delete", cancelText: "Cancel");
        if (isSure == true && await ActAsync((userId, stop) => Evaluations.DeleteAsync(userId, item.Id, stop)))
        {
            await ReloadAsync();
        }
    }

    private string VersionName(Guid snapshotId) => _versions.FirstOrDefault(version => version.Id == snapshotId)?.Name ?? "a version that is gone";

    private string ModelName(Guid? modelId) => modelId is null ? "–" : _models.FirstOrDefault(model => model.Id == modelId)?.Name ?? "a model that is gone";

    private static string StateText(EvaluationSummary item) => item.State switch
    {
        EvaluationState.Waiting => "waits for its turn",
        EvaluationState.Running when item.Total == 0 => "begins …",
        EvaluationState.Running => $"{Figures.Count(item.Done)} of {Figures.Count(item.Total)}",
        EvaluationState.Failed => item.Problem ?? "failed",
        EvaluationState.Cancelled => "cancelled",
        EvaluationState.Succeeded => "",
    };
}
