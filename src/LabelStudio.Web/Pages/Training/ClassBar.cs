using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Training;

/// <summary>One class's accuracy beside that of the model before. Shares of 1; null where there is no image to judge by.</summary>
public sealed record ClassBar(Guid ClassId, string Name, string Colour, bool IsNew, double? Accuracy, double? AccuracyBefore)
{
    /// <summary>A drop that a person should look at: more than two points.</summary>
    public const double NotableDrop = 0.02;

    /// <summary>It is of images that show several classes, or none.</summary>
    public bool IsCombination { get; init; }

    public double? Change => Accuracy - AccuracyBefore;

    public bool IsWorse => Change < -NotableDrop;

    /// <summary>New classes first, then those that got worse, then the rest as they came.</summary>
    public static IReadOnlyList<ClassBar> InOrder(IReadOnlyList<ClassBar> bars) =>
        [.. bars.OrderBy(bar => bar switch { { IsNew: true } => 0, { IsWorse: true } => 1, _ => 2 })];

    /// <param name="before">What the model before is called.</param>
    public string Describe(string before)
    {
        var now = Accuracy is null ? "no validation image" : Figures.Percent(Accuracy);
        return AccuracyBefore is null ? $"{Name}: {now}" : $"{Name}: {now}, {before} {Figures.Percent(AccuracyBefore)}";
    }
}
