using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Pages.Evaluation;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Two or more runs side by side: curves, results, settings that differ, classes and single images.</summary>
public sealed partial class CompareView
{
    /// <summary>More curves can't be told apart, by colour or otherwise.</summary>
    private const int MostRuns = 8;

    private IReadOnlyList<ComparedRun> _runs = [];
    private IReadOnlyList<ChartSeries> _loss = [];
    private IReadOnlyList<ChartSeries> _accuracy = [];
    private IReadOnlyList<(string Name, IReadOnlyList<string> Values)> _differences = [];
    private Dictionary<Guid, ClassLook> _classes = [];
    private HashSet<Guid> _combinations = [];
    private IReadOnlyList<(ComparedRun Other, IReadOnlyList<TestPrediction> Broken, IReadOnlyList<TestPrediction> Mended)> _changes = [];
    private string? _warning;
    private string? _commonVersion;
    private bool _isAsked;
    private bool _overTime;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required Guid[] RunIds { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    protected override object Key => string.Join(',', RunIds);

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private TrainingMonitor Monitor { get; set; } = null!;

    [Inject]
    private EvaluationReports Reports { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private CommonEvaluations Common { get; set; } = null!;

    [Inject]
    private NamedEvaluations Evaluations { get; set; } = null!;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    /// <summary>Classes, and behind them combinations, that one of the models was tested on.</summary>
    private IEnumerable<ClassLook> Measured => _classes.Values.Where(look => _runs.Any(run => F1(run, look.Id) is not null));

    private IEnumerable<Guid> ModelIds => _runs.Select(run => run.Details.ModelVersionId).OfType<Guid>();

    // An evaluation that ends may be the one that puts the models on the same images.
    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Models, OnSignalAsync, TimeSpan.FromSeconds(1))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (RunIds.Length < 2)
        {
            return;
        }

        var runs = new List<ComparedRun>();
        foreach (var id in RunIds.Distinct().Take(MostRuns))
        {
            runs.Add(await ReadAsync(userId, id, cancellationToken));
        }

        var labels = await Catalog.ListAsync(userId, ProjectId, cancellationToken);
        _classes = labels.ToDictionary(item => item.Id, ClassLook.Of);
        _combinations = [.. labels.Where(item => item.IsCombination).Select(item => item.Id)];
        _commonVersion = null;
        _runs = RunComparison.Warning(runs) is null ? runs : await OnSameImagesAsync(userId, runs, cancellationToken) ?? runs;
        Draw();
        _differences = RunComparison.Differences(_runs);
        _warning = RunComparison.Warning(_runs);
        _changes = _runs[0].Predictions.Count == 0
            ? []
            : [.. _runs.Skip(1).Where(run => run.Predictions.Count > 0).Select(run => (run, RunComparison.Broken(_runs[0], run), RunComparison.Broken(run, _runs[0])))];
    }

    private void Draw() => (_loss, _accuracy) = (
        RunComparison.Curves(_runs, epoch => epoch.ValidationLoss, _overTime), RunComparison.Curves(_runs, epoch => epoch.ValidationAccuracy, _overTime));

    private async Task<ComparedRun> ReadAsync(Guid userId, Guid runId, CancellationToken cancellationToken)
    {
        var run = await Queue.GetAsync(userId, runId, cancellationToken);
        if (run.ProjectId != ProjectId)
        {
            throw new NotFoundException("One of the runs belongs to another project: its classes and test images are others. Choose runs of one project.");
        }

        if (run.ModelVersionId is not { } modelId)
        {
            return new ComparedRun(run, Monitor.Snapshot(runId), null, []);
        }

        var report = await Reports.GetAsync(userId, modelId, cancellationToken);
        return new ComparedRun(run, Monitor.Snapshot(runId), report, await Reports.PredictionsAsync(userId, modelId, cancellationToken));
    }

    /// <summary>The same runs by evaluations on one dataset version; null: their models were never all evaluated on one.</summary>
    private async Task<IReadOnlyList<ComparedRun>?> OnSameImagesAsync(Guid userId, IReadOnlyList<ComparedRun> runs, CancellationToken cancellationToken)
    {
        var evaluations = await Common.OnOneVersionAsync([.. runs.Select(run => run.Details.ModelVersionId).OfType<Guid>()], cancellationToken);
        if (evaluations.Count == 0)
        {
            return null;
        }

        var same = new List<ComparedRun>();
        foreach (var run in runs)
        {
            same.Add(run.Details.ModelVersionId is not { } modelId ? run : run with
            {
                Report = await Reports.GetAsync(userId, evaluations[modelId], cancellationToken),
                Predictions = await Reports.PredictionsAsync(userId, evaluations[modelId], cancellationToken),
            });
        }

        var versionId = same.First(run => run.Report is not null).Report!.DatasetSnapshotId;
        _commonVersion = (await Versions.ListAsync(userId, ProjectId, cancellationToken)).FirstOrDefault(version => version.Id == versionId)?.Name;
        return same;
    }

    /// <summary>Asks all models about the test images of the labels of now.</summary>
    private async Task EvaluateAllAsync() => _isAsked = await ActAsync(async (userId, stop) =>
    {
        var versionId = await Versions.FreezeAsync(userId, ProjectId, stop);
        var known = (await Evaluations.ListAsync(userId, ProjectId, null, stop))
            .Where(item => item.DatasetSnapshotId == versionId && item.State is EvaluationState.Waiting or EvaluationState.Running or EvaluationState.Succeeded)
            .Select(item => item.ModelVersionId).ToHashSet();
        foreach (var modelId in ModelIds.Distinct().Where(modelId => !known.Contains(modelId)))
        {
            await Evaluations.StartAsync(userId, ProjectId, new NewEvaluation(modelId, versionId), stop);
        }
    });

    /// <summary>Of a class where images may show several: whether it is rightly found, alone or with others.</summary>
    private static double? F1(ComparedRun run, Guid classId) => run.Report?.SeveralClasses is { } several && several.ClassIds.Contains(classId)
        ? several.Metrics.Classes.FirstOrDefault(item => item.Support > 0 && several.ClassIds[item.Index] == classId)?.F1
        : run.Report?.Metrics?.Classes.FirstOrDefault(item => item.Support > 0 && run.Report.Classes[item.Index].Id == classId)?.F1;

    private static RenderFragment Line(string name, IEnumerable<double?> shares) => builder =>
    {
        builder.OpenElement(0, "tr");
        builder.OpenElement(1, "td");
        builder.AddContent(2, name);
        builder.CloseElement();
        foreach (var share in shares)
        {
            builder.OpenElement(3, "td");
            builder.AddAttribute(4, "class", "cell-number");
            builder.AddContent(5, Figures.Percent(share));
            builder.CloseElement();
        }

        builder.CloseElement();
    };
}
