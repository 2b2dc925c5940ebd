using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>The figures of each class, sortable.</summary>
public sealed partial class ClassTable
{
    private static readonly (ClassColumn Column, string Name, bool IsNumber)[] Columns =
    [
        (ClassColumn.Name, "Class", false),
        (ClassColumn.Precision, "Precision", true),
        (ClassColumn.Recall, "Recall", true),
        (ClassColumn.F1, "F1", true),
        (ClassColumn.Support, "Test images", true),
        (ClassColumn.Change, "F1 change", true),
    ];

    private IReadOnlyList<ClassRow> _rows = [];
    private ClassColumn? _sort;
    private bool _isDescending;

    // Where all classes came at once, it says nothing about any.
    private bool _tellsSince;

    [Parameter, EditorRequired]
    public required EvaluationReport Report { get; set; }

    /// <summary>Of each class's F1; null: not computed.</summary>
    [Parameter]
    public BootstrapIntervals? Intervals { get; set; }

    /// <summary>Name of the first of the models it grew from that knew a class; a class that is not there: not known.</summary>
    [Parameter]
    public IReadOnlyDictionary<Guid, string> SinceModel { get; set; } = new Dictionary<Guid, string>();

    private bool HasParent => Report.Comparison is not null;

    protected override void OnParametersSet()
    {
        _rows = Sorted(ClassRow.Of(Report));
        _tellsSince = SinceModel.Values.Distinct().Skip(1).Any();
    }

    private void Sort(ClassColumn column)
    {
        _isDescending = _sort == column ? !_isDescending : column is ClassColumn.Support;
        _sort = column;
        _rows = Sorted(_rows);
    }

    private IReadOnlyList<ClassRow> Sorted(IReadOnlyList<ClassRow> rows)
    {
        if (_sort is not { } column)
        {
            return rows;
        }

        var sorted = column == ClassColumn.Name
            ? rows.OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase)
            : rows.OrderBy(row => row.ValueOf(column));
        return _isDescending ? [.. sorted.Reverse()] : [.. sorted];
    }

    private int PredictedAs(ClassRow row) => Report.Metrics!.Confusion.Sum(counts => counts[row.Now.Index]);

    /// <summary>A share with the number it was counted on and its interval, in words.</summary>
    private static string Certainty(double share, int count)
    {
        if (count <= 0)
        {
            return "No image to judge by";
        }

        var right = (int)Math.Round(share * count);
        var (low, high) = WilsonInterval.Of(right, count);
        return $"{Figures.Count(right)} of {Figures.Count(count, "image", "images")}; 95 % interval {Figures.Percent(low, 0)} to {Figures.Percent(high, 0)}";
    }

    /// <summary>F1 is no share of images: its interval is drawn from the test images.</summary>
    private string? F1Certainty(ClassRow row) => Intervals?.ClassF1.ElementAtOrDefault(row.Now.Index) is { } interval
        ? $"95 % interval {Figures.Percent(interval.Low, 0)} to {Figures.Percent(interval.High, 0)} (bootstrap over the test images)"
        : null;

    private static RenderFragment Value(double now, double? before, ClassRow row, string? certainty) => builder =>
    {
        builder.OpenElement(0, "td");
        builder.AddAttribute(1, "class", "cell-number");
        builder.AddAttribute(6, "title", certainty);
        builder.AddContent(2, row.Now.Support == 0 ? "–" : Figures.Percent(now));
        if (before is { } value)
        {
            builder.OpenElement(3, "span");
            builder.AddAttribute(4, "class", "before");
            builder.AddContent(5, $"was {Figures.Percent(value)}");
            builder.CloseElement();
        }

        builder.CloseElement();
    };
}
