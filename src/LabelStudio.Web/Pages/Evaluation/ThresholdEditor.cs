using System.Globalization;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>Thresholds that a person tries and keeps with the model: one for all classes and, where wanted, one for a single class.</summary>
public abstract class ThresholdEditor : DataView
{
    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    [Parameter]
    public bool CanPromote { get; set; }

    /// <summary>Shares that the buttons aim at.</summary>
    protected static IReadOnlyList<double> Aims { get; } = [0.9, 0.95, 0.99];

    protected override object Key => ModelId;

    protected KeptThresholds InUse { get; private set; } = new(AnswerThresholds.None, null, null);

    protected double Overall { get; private set; }

    protected Dictionary<Guid, double> Own { get; private set; } = [];

    protected AnswerThresholds Thresholds => new(Overall, Own);

    protected bool IsChanged =>
        Overall != InUse.Thresholds.Overall || Own.Count != InUse.Thresholds.Classes.Count || Own.Except(InUse.Thresholds.Classes).Any();

    [Inject]
    private ModelThresholds Kept { get; set; } = null!;

    /// <summary>What the thresholds would do is computed anew.</summary>
    protected abstract void Try();

    protected async Task ReadKeptAsync(Guid userId, CancellationToken cancellationToken)
    {
        InUse = await Kept.GetAsync(userId, ModelId, cancellationToken);
        (Own, Overall) = (new(InUse.Thresholds.Classes), InUse.Thresholds.Overall);
    }

    /// <param name="overall">What holds for classes without one of their own.</param>
    /// <param name="none">Said where nothing is kept.</param>
    protected string KeptText(double overall, string none)
    {
        var own = InUse.Thresholds.Classes.Count;
        var others = own == 0 ? "" : $" and {Figures.Count(own, "class with its own", "classes with their own")}";
        return InUse.AtUtc is { } at
            ? $"{(IsChanged ? "Not kept yet. In use" : "In use")}: {Figures.Percent(overall, 0)}{others}, set by {InUse.UserName} {Figures.Ago(at, Now)}."
            : none;
    }

    protected void SetOverall(object? value)
    {
        if (ShareOf(value) is { } share)
        {
            SetOverall(share);
        }
    }

    protected void SetOverall(double share)
    {
        Overall = share;
        Try();
    }

    protected void SetOwn(Guid classId, object? value)
    {
        if (ShareOf(value) is { } share)
        {
            Own[classId] = share;
        }
        else
        {
            Own.Remove(classId);
        }

        Try();
    }

    protected void SetOwn(Dictionary<Guid, double> own)
    {
        Own = own;
        Try();
    }

    protected void ClearOwn() => SetOwn([]);

    /// <param name="said">What is so from now on.</param>
    protected async Task KeepAsync(string said)
    {
        var thresholds = new AnswerThresholds(Overall, new Dictionary<Guid, double>(Own));
        if (await ActAsync((userId, stop) => Kept.KeepAsync(userId, ModelId, thresholds, stop)))
        {
            Snackbar.Add(said, Severity.Success);
            await ReloadAsync();
        }
    }

    protected static string Percent(double share) => Math.Round(share * 100).ToString(CultureInfo.InvariantCulture);

    private static double? ShareOf(object? value) =>
        double.TryParse((string?)value, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) ? Math.Clamp(percent, 0, 100) / 100 : null;
}
