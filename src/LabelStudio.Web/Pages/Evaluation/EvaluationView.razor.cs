using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>All that is known of a model version's quality, down to the single image.</summary>
public sealed partial class EvaluationView
{
    private ModelSummary? _model;
    private EvaluationSummary? _evaluation;
    private string _version = "version";
    private Guid _readId;
    private EvaluationReport? _report;
    private GateDecision? _gate;
    private IReadOnlyList<string> _names = [];
    private LabelMatrix _matrix = LabelMatrix.Empty;
    private Dictionary<Guid, ClassLook> _classes = [];
    private IReadOnlyList<TestPrediction> _broken = [];
    private IReadOnlyList<TestPrediction> _fixed = [];
    private IReadOnlyList<TestPrediction> _cellImages = [];
    private IReadOnlyList<TestPrediction> _predictions = [];
    private IReadOnlyList<ClassForgetting> _forgetting = [];
    private Dictionary<Guid, string> _modelNames = [];
    private BootstrapIntervals? _intervals;
    private IReadOnlyDictionary<Guid, string> _since = new Dictionary<Guid, string>();
    private GenerationHistory _generations = new([], []);
    private MatrixCell? _cell;

    // The model that the report compares with, as people call it.
    private string _before = "the model before";

    // The cell of the image that was opened last; the shown images stay those of _cell.
    private MatrixCell? _selected;
    private bool _showsFixed;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    /// <summary>An evaluation on other labels; null: the one that the model's run made.</summary>
    [Parameter]
    public Guid? EvaluationId { get; set; }

    [Parameter]
    public bool CanPromote { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    protected override object Key => ShownId;

    /// <summary>The evaluation of a model's run has the model's id.</summary>
    private Guid ShownId => EvaluationId ?? ModelId;

    [Inject]
    private NamedEvaluations Evaluations { get; set; } = null!;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private EvaluationReports Reports { get; set; } = null!;

    [Inject]
    private ModelRegistry Models { get; set; } = null!;

    [Inject]
    private ClassOrigins ClassOrigins { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Models, OnSignalAsync, TimeSpan.FromSeconds(1))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var model = await Models.GetAsync(userId, ModelId, cancellationToken);
        if (model.ProjectId != ProjectId)
        {
            throw new NotFoundException("The model belongs to another project. Open it from that project's list of models.");
        }

        if (_readId != ShownId)
        {
            await ReadReportAsync(userId, cancellationToken);
        }

        if (EvaluationId is { } evaluationId)
        {
            _evaluation = await Evaluations.GetAsync(userId, evaluationId, cancellationToken);
            _version = (await Versions.ListAsync(userId, ProjectId, cancellationToken)).FirstOrDefault(version => version.Id == _evaluation.DatasetSnapshotId)?.Name ?? "version";
        }

        _gate = CanPromote && !model.IsProduction ? await Models.GateAsync(userId, ModelId, cancellationToken) : null;
        _model = model;
    }

    // A report never changes: it is read once, the model's standing at each signal.
    private async Task ReadReportAsync(Guid userId, CancellationToken cancellationToken)
    {
        var report = await Reports.GetAsync(userId, ShownId, cancellationToken);
        if (report.ModelVersionId != ModelId)
        {
            throw new NotFoundException("The evaluation is of another model. Open it from that model's page.");
        }

        var known = (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).ToDictionary(item => item.Id);
        var looks = known.Values.ToDictionary(item => item.Id, ClassLook.Of);
        foreach (var item in report.Classes)
        {
            // Under the name it had then, so that the page says what the report says; one that is gone has no colour.
            looks[item.Id] = looks.TryGetValue(item.Id, out var look) ? look with { Name = item.Name } : new ClassLook(item.Id, item.Name, "#7a8699", false) { MemberIds = item.MemberIds };
        }

        if (report.Comparison is not null)
        {
            _broken = await Reports.BrokenAsync(userId, ShownId, cancellationToken);
            _fixed = await Reports.FixedAsync(userId, ShownId, cancellationToken);
        }

        _predictions = await Reports.PredictionsAsync(userId, ShownId, cancellationToken);
        var models = await Models.ListAsync(userId, ProjectId, cancellationToken);
        _modelNames = models.ToDictionary(item => item.Id, item => item.Name);
        _forgetting = await Reports.ForgettingAsync(userId, ShownId, models.ToDictionary(item => item.Id, item => item.Number), cancellationToken);
        _before = report.Comparison is { } comparison ? _modelNames.GetValueOrDefault(comparison.ParentModelId, "the model before") : "the model before";
        (_cell, _selected, _cellImages) = (null, null, []);
        _names = [.. report.Classes.Select(item => item.Name)];
        _matrix = LabelMatrix.Of(report);
        _classes = looks;
        // Of very many test images this takes some tenths of a second.
        _intervals = report.Metrics is { } metrics ? await Task.Run(() => BootstrapIntervals.Of(metrics.Confusion), cancellationToken) : null;
        _generations = await ClassOrigins.HistoryAsync(userId, ModelId, cancellationToken);
        _since = _generations.SinceByClass;
        (_report, _readId) = (report, ShownId);
    }

    private async Task ShowCellAsync(MatrixCell cell)
    {
        var (given, predicted) = (_report!.Classes[cell.True].Id, _report.Classes[cell.Predicted].Id);
        IReadOnlyList<TestPrediction> images = [];
        if (await ActAsync(async (userId, stop) => images = await Reports.ImagesOfCellAsync(userId, ShownId, given, predicted, stop)))
        {
            (_cell, _selected, _cellImages) = (cell, null, images);
        }
    }

    /// <summary>The grid of unlabelled images whose two most probable classes are these; null where there is no such pair any more.</summary>
    private string? QueueOf(MatrixCell cell)
    {
        var (given, predicted) = (_report!.Classes[cell.True].Id, _report.Classes[cell.Predicted].Id);
        return cell.IsRight || !_classes[given].IsInUse || !_classes[predicted].IsInUse ? null
            : $"projects/{ProjectId}/images?{GridQuery.Between(given, predicted).ToQueryString()}";
    }

    private string? QueueOfDrawn(MatrixCell drawn) => QueueOf(_matrix.InReport(drawn));

    private void Select(TestPrediction prediction) => _selected = CellOf(prediction);

    private async Task ShowCellOfAsync(TestPrediction prediction)
    {
        await ShowCellAsync(CellOf(prediction));
        Navigation.NavigateTo($"projects/{ProjectId}/models/{ModelId}{(EvaluationId is { } id ? $"/evaluations/{id}" : "")}#matrix");
    }

    private MatrixCell CellOf(TestPrediction prediction)
    {
        var ids = _report!.Classes.Select(item => item.Id).ToList();
        return new(ids.IndexOf(prediction.Target), ids.IndexOf(prediction.Predicted));
    }

    private string FileAddress(string file) => $"api/v1/projects/{ProjectId}/models/{ModelId}/files/{file}";
}
