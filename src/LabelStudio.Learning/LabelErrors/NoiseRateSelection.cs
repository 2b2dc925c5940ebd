using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.LabelErrors;

/// <summary>
/// Turns the confident joint into a number of mislabelled images of each pair of classes and picks them.
/// Source: Northcutt and others 2021, section 3.3, "prune by noise rate".
/// </summary>
internal static class NoiseRateSelection
{
    /// <summary>
    /// The joint scaled so that each row sums to the images given that class, rounded to whole images that keep the sums.
    /// [classes, classes], rows given.
    /// </summary>
    public static int[][] Calibrate(int[][] joint, ReadOnlySpan<int> given)
    {
        var counts = new int[joint.Length];
        foreach (var target in given)
        {
            counts[target]++;
        }

        return [.. joint.Select((row, index) => RoundKeepingSum([.. row.Select(count => count * (double)counts[index] / row.Sum())]))];
    }

    /// <summary>The images with the widest margin of the other class over the given one, as many of each pair as counted.</summary>
    public static int[] Select(ReadOnlySpan<int> given, ReadOnlySpan<float> probabilities, int[][] counts)
    {
        var (classes, images) = (counts.Length, ImagesByClass(given, counts.Length));
        var selected = new HashSet<int>();
        for (var givenClass = 0; givenClass < classes; givenClass++)
        {
            // The only image of a class says nothing about its class.
            if (images[givenClass].Count <= 1)
            {
                continue;
            }

            for (var other = 0; other < classes; other++)
            {
                if (other != givenClass && counts[givenClass][other] > 0)
                {
                    selected.UnionWith(Widest(images[givenClass], probabilities, classes, givenClass, other, counts[givenClass][other]));
                }
            }
        }

        var result = new List<int>(selected.Count);
        foreach (var image in selected.Order())
        {
            if (ModelEvaluation.Predicted(probabilities.Slice(image * classes, classes)) != given[image])
            {
                result.Add(image);
            }
        }

        return [.. result];
    }

    private static List<int> Widest(
        List<int> images, ReadOnlySpan<float> probabilities, int classes, int givenClass, int other, int count)
    {
        var margins = new double[images.Count];
        for (var position = 0; position < margins.Length; position++)
        {
            var row = probabilities.Slice(images[position] * classes, classes);
            margins[position] = (double)row[other] - row[givenClass];
        }

        // All images at the cut are taken: which of two equals comes first must not depend on their order.
        var cut = margins.OrderDescending().ElementAt(Math.Min(count, margins.Length) - 1);
        return [.. images.Where((_, position) => margins[position] >= cut)];
    }

    private static List<int>[] ImagesByClass(ReadOnlySpan<int> given, int classes)
    {
        var result = new List<int>[classes];
        for (var index = 0; index < classes; index++)
        {
            result[index] = [];
        }

        for (var image = 0; image < given.Length; image++)
        {
            result[given[image]].Add(image);
        }

        return result;
    }

    /// <summary>Rounds to whole numbers, then moves those that lost most by rounding until the sum is the rounded sum.</summary>
    private static int[] RoundKeepingSum(double[] values)
    {
        var rounded = values.Select(value => (int)Math.Round(value)).ToArray();
        var missing = (int)Math.Round(values.Sum()) - rounded.Sum();
        var byLoss = Enumerable.Range(0, values.Length).OrderByDescending(index => Math.Sign(missing) * (values[index] - rounded[index])).ToArray();
        for (var step = 0; step < Math.Abs(missing); step++)
        {
            rounded[byLoss[step % byLoss.Length]] += Math.Sign(missing);
        }

        return rounded;
    }
}
