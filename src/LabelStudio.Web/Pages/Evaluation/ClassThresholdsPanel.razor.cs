using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Tries thresholds of classes on the test images and keeps them with the model.</summary>
public sealed partial class ClassThresholdsPanel
{
    private IReadOnlyList<ThresholdCuts> _cuts = [];
    private float[] _marginals = [];
    private ClassThresholdOutcome _outcome = new(0, 0, []);

    [Parameter, EditorRequired]
    public required ReportLabels Labels { get; set; }

    /// <summary>Probabilities of the labels of the test images.</summary>
    [Parameter, EditorRequired]
    public required HeldOutProbabilities Test { get; set; }

    /// <summary>Those of validation images, so that the test images measure what was chosen; null: it is chosen on the test images themselves.</summary>
    [Parameter]
    public HeldOutProbabilities? Validation { get; set; }

    private string InUseText => KeptText(InUse.Thresholds.OverallMarginal, "Nothing is set: a class is there from 50 % on.");

    private string ChosenText => Validation is not null
        ? "The buttons go by validation images; the figures were measured on test images, which chose nothing."
        : "Measured on the same test images that it is chosen on, so expect a little less.";

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        await ReadKeptAsync(userId, cancellationToken);
        _marginals = Labels.Members.Marginals(Test.Values);
        _cuts = Validation is { } chosenOn ? ThresholdCuts.OfAll(Labels.Members, chosenOn.Targets, Labels.Members.Marginals(chosenOn.Values)) : ThresholdCuts.OfAll(Labels.Members, Test.Targets, _marginals);
        Try();
    }

    protected override void Try() => _outcome = ClassThresholdOutcome.Of(Labels.Members, Test.Targets, _marginals, [.. Labels.Classes.Select(item => Thresholds.OfMarginal(item.Id))]);

    private void AimEach(double precision)
    {
        // Whole per cent are what a person can read and type: upwards, so that the aim still holds.
        SetEach(cuts => cuts.ForPrecision(precision), threshold => Math.Min(1, Math.Ceiling((threshold * 100) - 1e-6) / 100));
        var missed = _cuts.Where(cuts => cuts.Positives > 0 && !Own.ContainsKey(Labels.Classes[cuts.Index].Id)).Select(cuts => Labels.Classes[cuts.Index].Name).ToList();
        if (missed.Count > 0)
        {
            Snackbar.Add($"No threshold makes {Figures.Percent(precision, 0)} right of what is called: {string.Join(", ", missed)}.", Severity.Info);
        }
    }

    /// <summary>Downwards, so that the images it was chosen by still pass, and never to nothing, which would let all pass.</summary>
    private void BalanceEach() => SetEach(cuts => cuts.ForF1(), threshold => Math.Max(0.01, Math.Floor(threshold * 100) / 100));

    private void SetEach(Func<ThresholdCuts, ThresholdCut?> choose, Func<double, double> round)
    {
        SetOwn(_cuts.Select(cuts => (Labels.Classes[cuts.Index].Id, Cut: choose(cuts))).Where(item => item.Cut is not null)
            .ToDictionary(item => item.Id, item => round(item.Cut!.Value.Threshold)));
    }

    private Task KeepAsync() => KeepAsync("Kept: from now on a class is in the model's answer from its threshold on.");
}
