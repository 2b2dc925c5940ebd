using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>All that is known of a model version's quality, down to the single image.</summary>
public sealed partial class EvaluationView
{
    private ModelSummary? _model;
    private EvaluationReport? _report;
    private GateDecision? _gate;
    private IReadOnlyList<string> _names = [];
    private IReadOnlyDictionary<Guid, ClassLook> _classes = new Dictionary<Guid, ClassLook>();
    private IReadOnlyList<TestPrediction> _broken = [];
    private IReadOnlyList<TestPrediction> _fixed = [];
    private IReadOnlyList<TestPrediction> _cellImages = [];
    private IReadOnlyList<TestPrediction> _predictions = [];
    private MatrixCell? _cell;

    // The cell of the image that was opened last; the shown images stay those of _cell.
    private MatrixCell? _selected;
    private bool _showsFixed;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    [Parameter]
    public bool CanPromote { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    protected override object Key => ModelId;

    [Inject]
    private EvaluationReports Reports { get; set; } = null!;

    [Inject]
    private ModelRegistry Models { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string ParentName => _model?.ParentNumber is { } number ? ModelVersion.NameOf(number) : "its parent";

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Models, OnSignalAsync, TimeSpan.FromSeconds(1))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var model = await Models.GetAsync(userId, ModelId, cancellationToken);
        if (model.ProjectId != ProjectId)
        {
            throw new NotFoundException("The model belongs to another project. Open it from that project's list of models.");
        }

        if (_report?.ModelVersionId != ModelId)
        {
            await ReadReportAsync(userId, cancellationToken);
        }

        _gate = CanPromote && !model.IsProduction ? await Models.GateAsync(userId, ModelId, cancellationToken) : null;
        _model = model;
    }

    // A report never changes: it is read once, the model's standing at each signal.
    private async Task ReadReportAsync(Guid userId, CancellationToken cancellationToken)
    {
        var report = await Reports.GetAsync(userId, ModelId, cancellationToken);
        var known = (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).ToDictionary(item => item.Id);
        var looks = known.Values.ToDictionary(item => item.Id, item => new ClassLook(item.Id, item.Name, item.Colour, !item.IsArchived && item.MergedIntoId is null));
        foreach (var item in report.Classes)
        {
            // Under the name it had then, so that the page says what the report says; one that is gone has no colour.
            looks[item.Id] = new ClassLook(item.Id, item.Name, known.GetValueOrDefault(item.Id)?.Colour ?? "#7a8699", looks.GetValueOrDefault(item.Id)?.IsInUse ?? false);
        }

        if (report.Comparison is not null)
        {
            _broken = await Reports.BrokenAsync(userId, ModelId, cancellationToken);
            _fixed = await Reports.FixedAsync(userId, ModelId, cancellationToken);
        }

        _predictions = await Reports.PredictionsAsync(userId, ModelId, cancellationToken);
        (_cell, _selected, _cellImages) = (null, null, []);
        _names = [.. report.Classes.Select(item => item.Name)];
        _classes = looks;
        _report = report;
    }

    private async Task ShowCellAsync(MatrixCell cell)
    {
        var (given, predicted) = (_report!.Classes[cell.True].Id, _report.Classes[cell.Predicted].Id);
        IReadOnlyList<TestPrediction> images = [];
        if (await ActAsync(async (userId, stop) => images = await Reports.ImagesOfCellAsync(userId, ModelId, given, predicted, stop)))
        {
            (_cell, _selected, _cellImages) = (cell, null, images);
        }
    }

    private void Select(TestPrediction prediction) => _selected = CellOf(prediction);

    private async Task ShowCellOfAsync(TestPrediction prediction)
    {
        await ShowCellAsync(CellOf(prediction));
        Navigation.NavigateTo($"projects/{ProjectId}/models/{ModelId}#matrix");
    }

    private MatrixCell CellOf(TestPrediction prediction)
    {
        var ids = _report!.Classes.Select(item => item.Id).ToList();
        return new(ids.IndexOf(prediction.Target), ids.IndexOf(prediction.Predicted));
    }

    private string FileAddress(string file) => $"api/v1/projects/{ProjectId}/models/{ModelId}/files/{file}";
}
