using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>The figures of each class where images may show several, sortable.</summary>
public sealed partial class ByClassTable
{
    private static readonly (YesNoColumn Column, string Name, string? Hint)[] s_figures =
    [
        (YesNoColumn.Name, "Class", null),
        (YesNoColumn.Precision, "Precision", "Of the images called so, the share that are"),
        (YesNoColumn.Recall, "Recall", "Of the images of the class, the share that is found"),
        (YesNoColumn.F1, "F1", "Precision and recall together"),
        (YesNoColumn.AveragePrecision, "Avg. precision", "Mean precision over all thresholds: how well the class is told apart, whatever its threshold"),
        (YesNoColumn.Support, "Test images", "Images that have the class, alone or with others"),
        (YesNoColumn.Change, "F1 change", null),
    ];

    private static readonly (YesNoColumn Column, string Name, string? Hint)[] s_counts =
    [
        (YesNoColumn.Name, "Class", null),
        (YesNoColumn.RightYes, "Found", "Has the class, and is called so"),
        (YesNoColumn.Missed, "Missed", "Has the class, and is not called so"),
        (YesNoColumn.WrongYes, "Wrongly called", "Does not have the class, and is called so"),
        (YesNoColumn.RightNo, "Rightly not", "Does not have the class, and is not called so"),
    ];

    private IReadOnlyList<YesNoRow> _rows = [];
    private YesNoColumn? _sort;
    private bool _isDescending;
    private bool _showsCounts;

    // Where all classes came at once, it says nothing about any.
    private bool _tellsSince;

    [Parameter, EditorRequired]
    public required EvaluationReport Report { get; set; }

    /// <summary>Name of the first of the models it grew from that knew a class; a class that is not there: not known.</summary>
    [Parameter]
    public IReadOnlyDictionary<Guid, string> SinceModel { get; set; } = new Dictionary<Guid, string>();

    /// <summary>The images of a count are asked for.</summary>
    [Parameter]
    public EventCallback<YesNoAnswer> OnAnswer { get; set; }

    private bool HasBefore => Report.SeveralClasses?.Before is not null;

    private IEnumerable<(YesNoColumn Column, string Name, string? Hint)> Columns =>
        _showsCounts ? s_counts : s_figures.Where(item => item.Column != YesNoColumn.Change || HasBefore);

    protected override void OnParametersSet()
    {
        _rows = Sorted(YesNoRow.Of(Report));
        _tellsSince = _rows.Select(row => SinceModel.GetValueOrDefault(row.ClassId)).Distinct().Skip(1).Any();
    }

    private void Show(bool counts)
    {
        (_showsCounts, _sort) = (counts, null);
        _rows = YesNoRow.Of(Report);
    }

    private void Sort(YesNoColumn column)
    {
        _isDescending = _sort == column ? !_isDescending : column is YesNoColumn.Support or >= YesNoColumn.RightYes;
        _sort = column;
        _rows = Sorted(_rows);
    }

    private IReadOnlyList<YesNoRow> Sorted(IReadOnlyList<YesNoRow> rows)
    {
        if (_sort is not { } column)
        {
            return rows;
        }

        var sorted = column == YesNoColumn.Name
            ? rows.OrderBy(row => row.Name, StringComparer.CurrentCultureIgnoreCase)
            : rows.OrderBy(row => row.ValueOf(column));
        return _isDescending ? [.. sorted.Reverse()] : [.. sorted];
    }

    /// <summary>A share with the number it was counted on and its interval, in words.</summary>
    private static string Certainty(int right, int count)
    {
        if (count == 0)
        {
            return "No image to judge by";
        }

        var (low, high) = WilsonInterval.Of(right, count);
        return $"{Figures.Count(right)} of {Figures.Count(count, "image", "images")}; 95 % interval {Figures.Percent(low, 0)} to {Figures.Percent(high, 0)}";
    }

    private static RenderFragment Value(YesNoRow row, double now, double? before, string? certainty) => builder =>
    {
        builder.OpenElement(0, "td");
        builder.AddAttribute(1, "class", "cell-number");
        builder.AddAttribute(2, "title", certainty);
        builder.AddContent(3, row.Now.Support == 0 ? "–" : Figures.Percent(now));
        if (before is { } value)
        {
            builder.OpenElement(4, "span");
            builder.AddAttribute(5, "class", "before");
            builder.AddContent(6, $"was {Figures.Percent(value)}");
            builder.CloseElement();
        }

        builder.CloseElement();
    };

    private RenderFragment Count(YesNoRow row, int count, bool isShown, bool isCalled) => builder =>
    {
        builder.OpenElement(0, "td");
        builder.AddAttribute(1, "class", "cell-number");
        if (count == 0 || !OnAnswer.HasDelegate)
        {
            builder.AddContent(2, Figures.Count(count));
        }
        else
        {
            var answer = new YesNoAnswer(row.ClassId, row.Name, isShown, isCalled);
            builder.OpenElement(3, "button");
            builder.AddAttribute(4, "type", "button");
            builder.AddAttribute(5, "class", "count");
            builder.AddAttribute(6, "aria-label", $"{answer.Title}: {Figures.Count(count, "image", "images")}. Show them.");
            builder.AddAttribute(7, "onclick", EventCallback.Factory.Create(this, () => OnAnswer.InvokeAsync(answer)));
            builder.AddContent(8, Figures.Count(count));
            builder.CloseElement();
        }

        builder.CloseElement();
    };
}
