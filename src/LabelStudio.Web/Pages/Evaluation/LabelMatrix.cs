using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>
/// The part of a report's confusion matrix that is drawn: all classes and the most frequent combinations, as a hundred of
/// these would drown it.
/// </summary>
/// <param name="Names">Of the labels drawn.</param>
/// <param name="Counts">Their counts, rows true, columns predicted.</param>
/// <param name="Indices">The report's index of each.</param>
/// <param name="LeftOutLabels">Combinations that have images, given or predicted, and are not drawn.</param>
/// <param name="LeftOutImages">Images that are in no cell drawn.</param>
public sealed record LabelMatrix(IReadOnlyList<string> Names, int[][] Counts, IReadOnlyList<int> Indices, int LeftOutLabels, int LeftOutImages)
{
    /// <summary>Most combinations drawn.</summary>
    public const int MostCombinations = 12;

    public static LabelMatrix Empty { get; } = new([], [], [], 0, 0);

    public static LabelMatrix Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Metrics is not { } metrics)
        {
            return Empty;
        }

        var counts = metrics.Confusion;
        var combinations = Enumerable.Range(0, counts.Length).Where(index => report.Classes[index].IsCombination)
            .Select(index => (Index: index, Images: counts[index].Sum() + counts.Sum(row => row[index])))
            .Where(item => item.Images > 0).OrderByDescending(item => item.Images).ToList();
        var drawn = combinations.Take(MostCombinations).Select(item => item.Index).ToHashSet();
        int[] indices = [.. Enumerable.Range(0, counts.Length).Where(index => !report.Classes[index].IsCombination || drawn.Contains(index))];
        int[][] cells = indices.Length == counts.Length ? counts : [.. indices.Select(row => indices.Select(column => counts[row][column]).ToArray())];
        return new(
            [.. indices.Select(index => report.Classes[index].Name)], cells, indices, combinations.Count - drawn.Count, metrics.Count - cells.Sum(row => row.Sum()));
    }

    /// <summary>The cell by the report's indices.</summary>
    public MatrixCell InReport(MatrixCell drawn) => new(Indices[drawn.True], Indices[drawn.Predicted]);

    /// <summary>The cell as it is drawn; null: it is not.</summary>
    public MatrixCell? Drawn(MatrixCell? cell) => cell is { } inReport && Place(inReport.True) is >= 0 and var row && Place(inReport.Predicted) is >= 0 and var column
        ? new MatrixCell(row, column) : null;

    private int Place(int index) => Array.IndexOf(Indices.ToArray(), index);
}
