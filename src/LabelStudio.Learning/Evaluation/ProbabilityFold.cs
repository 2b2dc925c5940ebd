using System.Numerics.Tensors;

namespace LabelStudio.Learning.Evaluation;

/// <summary>Adds up the probabilities of classes that count as one.</summary>
public static class ProbabilityFold
{
    /// <summary>Gives each class's probability to its column; where classes are left out, the others share what they had.</summary>
    /// <param name="probabilities">float32 [N, C], each row with the sum 1.</param>
    /// <param name="columns">The column of each of the C classes, 0 to <paramref name="width"/> - 1; -1: left out.</param>
    /// <param name="width">Number of columns.</param>
    /// <returns>float32 [N, width], each row with the sum 1 unless all of its probability was left out.</returns>
    public static float[] Into(float[] probabilities, IReadOnlyList<int> columns, int width)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(columns);
        var leavesOut = columns.Contains(-1);
        var rows = columns.Count == 0 ? 0 : probabilities.Length / columns.Count;
        var folded = new float[rows * width];
        for (var row = 0; row < rows; row++)
        {
            var target = folded.AsSpan(row * width, width);
            for (var index = 0; index < columns.Count; index++)
            {
                if (columns[index] is >= 0 and var column)
                {
                    target[column] += probabilities[(row * columns.Count) + index];
                }
            }
            if (leavesOut && TensorPrimitives.Sum(target) is > 0 and var total)
            {
                TensorPrimitives.Divide(target, total, target);
            }
        }
        return folded;
    }
}
