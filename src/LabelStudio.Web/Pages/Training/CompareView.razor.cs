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
    private IReadOnlyList<(ComparedRun Other, IReadOnlyList<TestPrediction> Broken, IReadOnlyList<TestPrediction> Mended)> _changes = [];
    private string? _warning;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required Guid[] RunIds { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    protected override object Key => string.Join(',', RunIds);

    [Inject]
    private TrainingQueue Queue { get; set; } = null!;

    [Inject]
    private TrainingMonitor Monitor { get; set; } = null!;

    [Inject]
    private EvaluationReports Reports { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

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

        _classes = (await Catalog.ListAsync(userId, ProjectId, cancellationToken))
            .ToDictionary(item => item.Id, item => new ClassLook(item.Id, item.Name, item.Colour, !item.IsArchived && item.MergedIntoId is null));
        _runs = runs;
        _loss = RunComparison.Curves(runs, epoch => epoch.ValidationLoss);
        _accuracy = RunComparison.Curves(runs, epoch => epoch.ValidationAccuracy);
        _differences = RunComparison.Differences(runs);
        _warning = RunComparison.Warning(runs);
        _changes = runs[0].Predictions.Count == 0
            ? []
            : [.. runs.Skip(1).Where(run => run.Predictions.Count > 0).Select(run => (run, RunComparison.Broken(runs[0], run), RunComparison.Broken(run, runs[0])))];
    }

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

    private static double? F1(ComparedRun run, Guid classId) =>
        run.Report?.Metrics?.Classes.FirstOrDefault(item => item.Support > 0 && run.Report.Classes[item.Index].Id == classId)?.F1;

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
