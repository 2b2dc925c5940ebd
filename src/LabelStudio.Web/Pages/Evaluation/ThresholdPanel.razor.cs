using System.Globalization;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Tries thresholds on the test images and keeps them with the model.</summary>
public sealed partial class ThresholdPanel
{
    private static readonly double[] Aims = [0.9, 0.95, 0.99];

    private IReadOnlyList<ChartSeries> _curves = [];
    private Dictionary<Guid, double> _own = [];
    private ThresholdOutcome _outcome = new(0, 0, 0);
    private KeptThresholds _kept = new(AnswerThresholds.None, null, null);
    private double _overall;
    private bool _showsOwn;

    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    [Parameter, EditorRequired]
    public required ThresholdTable Table { get; set; }

    /// <summary><see cref="Table"/> is of validation images, so that the test images measure what was chosen; false: of the test images themselves.</summary>
    [Parameter]
    public bool IsChosenOnValidation { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<TestPrediction> Predictions { get; set; }

    /// <summary>In index order.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ReportClass> Classes { get; set; }

    [Parameter]
    public bool CanPromote { get; set; }

    protected override object Key => ModelId;

    [Inject]
    private ModelThresholds Kept { get; set; } = null!;

    private AnswerThresholds Thresholds => new(_overall, _own);

    private bool IsChanged =>
        _overall != _kept.Thresholds.Overall || _own.Count != _kept.Thresholds.Classes.Count || _own.Except(_kept.Thresholds.Classes).Any();

    private string KeptText => _kept switch
    {
        { AtUtc: { } at } => $"{(IsChanged ? "Not kept yet. In use" : "In use")}: {Figures.Percent(_kept.Thresholds.Overall, 0)}{OwnText}, set by {_kept.UserName} {Figures.Ago(at, Now)}.",
        _ => "Nothing is set: the model answers about every picture.",
    };

    private string ChosenText => IsChosenOnValidation
        ? "The curves and the buttons go by validation images; what is answered and right above was measured on test images, which chose nothing."
        : "Measured on the same test images that it is chosen on, so expect a little less.";

    private string OwnText => _kept.Thresholds.Classes.Count == 0 ? "" : $" and {Figures.Count(_kept.Thresholds.Classes.Count, "class with its own", "classes with their own")}";

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _kept = await Kept.GetAsync(userId, ModelId, cancellationToken);
        _curves =
        [
            new("Answered", ChartTone.Other, [.. Table.Rows.Select(row => new ChartPoint(row.Threshold * 100, row.Coverage))]) { IsDashed = true },
            new("Right of these", ChartTone.Old, [.. Table.Rows.Select(row => new ChartPoint(row.Threshold * 100, row.Accuracy))]),
            new("Right of all (recall)", ChartTone.New, [.. Table.Rows.Select(row => new ChartPoint(row.Threshold * 100, row.Coverage * (row.Accuracy ?? 0)))]),
        ];
        _own = new(_kept.Thresholds.Classes);
        Try(_kept.Thresholds.Overall);
    }

    private void Try(double overall) => (_overall, _outcome) = (overall, ThresholdOutcome.Of(Predictions, new(overall, _own)));

    private void SetOverall(object? value)
    {
        if (ShareOf(value) is { } share)
        {
            Try(share);
        }
    }

    private void SetOwn(Guid classId, object? value)
    {
        if (ShareOf(value) is { } share)
        {
            _own[classId] = share;
        }
        else
        {
            _own.Remove(classId);
        }

        Try(_overall);
    }

    private void ClearOwn()
    {
        _own = [];
        Try(_overall);
    }

    private void AimAt(double accuracy)
    {
        if (Table.ForAccuracy(accuracy) is { } row)
        {
            Try(RoundedUp(row.Threshold));
        }
        else
        {
            Snackbar.Add($"However sure the model is, fewer than {Figures.Percent(accuracy, 0)} of its answers are right. Train it on more images.", Severity.Info);
        }
    }

    private void AimEach(double precision)
    {
        _own = Table.PerClass(precision).Where(item => item.Threshold is not null).ToDictionary(item => Classes[item.Index].Id, item => RoundedUp(item.Threshold!.Value));
        if (_own.Count < Classes.Count)
        {
            var missed = Classes.Where(item => !_own.ContainsKey(item.Id)).Select(item => item.Name);
            Snackbar.Add($"No threshold makes the answers {Figures.Percent(precision, 0)} right for: {string.Join(", ", missed)}.", Severity.Info);
        }

        Try(_overall);
    }

    private async Task KeepAsync()
    {
        var thresholds = new AnswerThresholds(_overall, new Dictionary<Guid, double>(_own));
        if (await ActAsync((userId, stop) => Kept.KeepAsync(userId, ModelId, thresholds, stop)))
        {
            Snackbar.Add("Kept: the model answers “unknown” below from now on.", Severity.Success);
            await ReloadAsync();
        }
    }

    private static double? ShareOf(object? value) =>
        double.TryParse((string?)value, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? Math.Clamp(percent, 0, 100) / 100 : null;

    /// <summary>Whole per cent are what a person can read and type; upwards, so that the aim still holds.</summary>
    private static double RoundedUp(double threshold) => Math.Min(1, Math.Ceiling((threshold * 100) - 1e-9) / 100);

    private static string Percent(double share) => Math.Round(share * 100).ToString(CultureInfo.InvariantCulture);
}
