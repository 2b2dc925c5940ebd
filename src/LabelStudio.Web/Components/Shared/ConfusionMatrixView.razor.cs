using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Components.Shared;

/// <summary>Shows which classes are taken for which, and says which cell was clicked.</summary>
public sealed partial class ConfusionMatrixView
{
    /// <summary>Most classes drawn as a table with a button in each cell; beyond, the table is neither quick nor readable.</summary>
    public const int MostInTable = 40;

    private static readonly (MatrixMode Mode, string Name, string Hint)[] Modes =
    [
        (MatrixMode.Counts, "Images", "Number of test images"),
        (MatrixMode.RowShare, "Row %", "Share of the given class's images; the diagonal is recall"),
        (MatrixMode.ColumnShare, "Column %", "Share of the images predicted so; the diagonal is precision"),
    ];

    private MatrixLayout _layout = new([], []);
    private IReadOnlyList<int> _shown = [];
    private IReadOnlyList<MatrixCell> _top = [];
    private MatrixMode _mode;
    private MatrixOrder _chosenOrder;
    private bool _hidesDiagonal;
    private string _search = "";
    private int[][]? _laidOut;

    [Parameter, EditorRequired]
    public required IReadOnlyList<string> ClassNames { get; set; }

    /// <summary>Counts, rows true, columns predicted.</summary>
    [Parameter, EditorRequired]
    public required int[][] Counts { get; set; }

    [Parameter]
    public MatrixCell? Selected { get; set; }

    [Parameter]
    public EventCallback<MatrixCell> OnCell { get; set; }

    /// <summary>Where unlabelled images between the two classes of a cell wait to be labelled; null: no such way.</summary>
    [Parameter]
    public Func<MatrixCell, string?>? QueueOf { get; set; }

    private bool IsMap => ClassNames.Count > MostInTable && _search.Length == 0;

    private MatrixOrder Order
    {
        get => _chosenOrder;
        set
        {
            _chosenOrder = value;
            Rearrange();
        }
    }

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_laidOut, Counts))
        {
            return;
        }

        _laidOut = Counts;
        _layout = new MatrixLayout(ClassNames, Counts);
        _top = _layout.TopConfusions(8);
        Rearrange();
    }

    private void Rearrange()
    {
        var order = _layout.Order(_chosenOrder);
        _shown = _search.Length == 0 ? order : _layout.Around(_search, order, MostInTable / 2);
    }

    private string? CellClass(MatrixCell cell)
    {
        var kind = cell.IsRight ? "right" : "wrong";
        return cell == Selected ? kind + " on" : kind;
    }

    private string? CellStyle(MatrixCell cell)
    {
        var share = _hidesDiagonal && cell.IsRight ? 0 : _layout.Share(cell, _mode);
        return share == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"--share:{Strength(cell, share):F0}%");
    }

    // Errors are rare beside right ones: the square root makes one image in twenty visible.
    private static double Strength(MatrixCell cell, double share) => (cell.IsRight ? share : Math.Sqrt(share)) * 72;

    private string Describe(MatrixCell cell) =>
        $"{Figures.Count(_layout.Count(cell), "image", "images")} of {ClassNames[cell.True]} predicted as {ClassNames[cell.Predicted]}: "
        + $"{Figures.Percent(_layout.Share(cell, MatrixMode.RowShare))} of its row, {Figures.Percent(_layout.Share(cell, MatrixMode.ColumnShare))} of its column. Show them.";
}
