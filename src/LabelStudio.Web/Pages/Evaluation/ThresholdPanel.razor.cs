using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Tries thresholds on the test images and keeps them with the model.</summary>
public sealed partial class ThresholdPanel
{
    private IReadOnlyList<ChartSeries> _curves = [];
    private ThresholdOutcome _outcome = new(0, 0, 0);
    private bool _showsOwn;

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

    private string InUseText => KeptText(InUse.Thresholds.Overall, "Nothing is set: the model answers about every picture.");

    private string ChosenText => IsChosenOnValidation
        ? "The curves and the buttons go by validation images; what is answered and right above was measured on test images, which chose nothing."
        : "Measured on the same test images that it is chosen on, so expect a little less.";

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        await ReadKeptAsync(userId, cancellationToken);
        _curves =
        [
            new("Answered", ChartTone.Other, [.. Table.Rows.Select(row => new ChartPoint(row.Threshold * 100, row.Coverage))]) { IsDashed = true },
            new("Right of these", ChartTone.Old, [.. Table.Rows.Select(row => new ChartPoint(row.Threshold * 100, row.Accuracy))]),
            new("Right of all (recall)", ChartTone.New, [.. Table.Rows.Select(row => new ChartPoint(row.Threshold * 100, row.Coverage * (row.Accuracy ?? 0)))]),
        ];
        Try();
    }

    protected override void Try() => _outcome = ThresholdOutcome.Of(Predictions, Thresholds);

    private void AimAt(double accuracy)
    {
        if (Table.ForAccuracy(accuracy) is { } row)
        {
            SetOverall(RoundedUp(row.Threshold));
        }
        else
        {
            Snackbar.Add($"However sure the model is, fewer than {Figures.Percent(accuracy, 0)} of its answers are right. Train it on more images.", Severity.Info);
        }
    }

    private void AimEach(double precision)
    {
        SetOwn(Table.PerClass(precision).Where(item => item.Threshold is not null).ToDictionary(item => Classes[item.Index].Id, item => RoundedUp(item.Threshold!.Value)));
        if (Own.Count < Classes.Count)
        {
            var missed = Classes.Where(item => !Own.ContainsKey(item.Id)).Select(item => item.Name);
            Snackbar.Add($"No threshold makes the answers {Figures.Percent(precision, 0)} right for: {string.Join(", ", missed)}.", Severity.Info);
        }
    }

    private Task KeepAsync() => KeepAsync("Kept: the model answers “unknown” below from now on.");

    /// <summary>Whole per cent are what a person can read and type; upwards, so that the aim still holds.</summary>
    private static double RoundedUp(double threshold) => Math.Min(1, Math.Ceiling((threshold * 100) - 1e-9) / 100);
}
