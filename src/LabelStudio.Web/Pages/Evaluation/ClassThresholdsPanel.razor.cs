using System.Globalization;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Tries thresholds of classes on the test images and keeps them with the model.</summary>
public sealed partial class ClassThresholdsPanel
{
    private static readonly double[] Aims = [0.9, 0.95, 0.99];

    private IReadOnlyList<ThresholdCuts> _cuts = [];
    private float[] _marginals = [];
    private Dictionary<Guid, double> _own = [];
    private ClassThresholdOutcome _outcome = new(0, 0, []);
    private KeptThresholds _kept = new(AnswerThresholds.None, null, null);
    private double _overall;

    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    [Parameter, EditorRequired]
    public required ReportLabels Labels { get; set; }

    /// <summary>Probabilities of the labels of the test images.</summary>
    [Parameter, EditorRequired]
    public required HeldOutProbabilities Test { get; set; }

    /// <summary>Those of validation images, so that the test images measure what was chosen; null: it is chosen on the test images themselves.</summary>
    [Parameter]
    public HeldOutProbabilities? Validation { get; set; }

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
        { AtUtc: { } at } => $"{(IsChanged ? "Not kept yet. In use" : "In use")}: {Figures.Percent(_kept.Thresholds.OverallMarginal, 0)}{OwnText}, set by {_kept.UserName} {Figures.Ago(at, Now)}.",
        _ => "Nothing is set: a class is there from 50 % on.",
    };

    private string ChosenText => Validation is not null
        ? "The buttons go by validation images; the figures were measured on test images, which chose nothing."
        : "Measured on the same test images that it is chosen on, so expect a little less.";

    private string OwnText => _kept.Thresholds.Classes.Count == 0 ? "" : $" and {Figures.Count(_kept.Thresholds.Classes.Count, "class with its own", "classes with their own")}";

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _kept = await Kept.GetAsync(userId, ModelId, cancellationToken);
        _marginals = Labels.Members.Marginals(Test.Values);
        _cuts = Validation is { } chosenOn ? ThresholdCuts.OfAll(Labels.Members, chosenOn.Targets, Labels.Members.Marginals(chosenOn.Values)) : ThresholdCuts.OfAll(Labels.Members, Test.Targets, _marginals);
        (_own, _overall) = (new(_kept.Thresholds.Classes), _kept.Thresholds.Overall);
        Try();
    }

    private void Try() => _outcome = ClassThresholdOutcome.Of(Labels.Members, Test.Targets, _marginals, [.. Labels.Classes.Select(item => Thresholds.OfMarginal(item.Id))]);

    private void SetOverall(object? value)
    {
        if (ShareOf(value) is { } share)
        {
            _overall = share;
            Try();
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

        Try();
    }

    private void ClearOwn()
    {
        _own = [];
        Try();
    }

    private void AimEach(double precision)
    {
        // Whole per cent are what a person can read and type: upwards, so that the aim still holds.
        SetEach(cuts => cuts.ForPrecision(precision), threshold => Math.Min(1, Math.Ceiling((threshold * 100) - 1e-6) / 100));
        var missed = _cuts.Where(cuts => cuts.Positives > 0 && !_own.ContainsKey(Labels.Classes[cuts.Index].Id)).Select(cuts => Labels.Classes[cuts.Index].Name).ToList();
        if (missed.Count > 0)
        {
            Snackbar.Add($"No threshold makes {Figures.Percent(precision, 0)} right of what is called: {string.Join(", ", missed)}.", Severity.Info);
        }
    }

    /// <summary>Downwards, so that the images it was chosen by still pass, and never to nothing, which would let all pass.</summary>
    private void BalanceEach() => SetEach(cuts => cuts.ForF1(), threshold => Math.Max(0.01, Math.Floor(threshold * 100) / 100));

    private void SetEach(Func<ThresholdCuts, ThresholdCut?> choose, Func<double, double> round)
    {
        _own = _cuts.Select(cuts => (Labels.Classes[cuts.Index].Id, Cut: choose(cuts))).Where(item => item.Cut is not null)
            .ToDictionary(item => item.Id, item => round(item.Cut!.Value.Threshold));
        Try();
    }

    private async Task KeepAsync()
    {
        var thresholds = new AnswerThresholds(_overall, new Dictionary<Guid, double>(_own));
        if (await ActAsync((userId, stop) => Kept.KeepAsync(userId, ModelId, thresholds, stop)))
        {
            Snackbar.Add("Kept: from now on a class is in the model's answer from its threshold on.", Severity.Success);
            await ReloadAsync();
        }
    }

    private static double? ShareOf(object? value) =>
        double.TryParse((string?)value, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? Math.Clamp(percent, 0, 100) / 100 : null;

    private static string Percent(double share) => Math.Round(share * 100).ToString(CultureInfo.InvariantCulture);
}
