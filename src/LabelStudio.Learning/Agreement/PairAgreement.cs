namespace LabelStudio.Learning.Agreement;

/// <summary>How far two annotators agree on the images that both labelled.</summary>
/// <param name="First">Position of the first annotator.</param>
/// <param name="Second">Position of the second annotator.</param>
/// <param name="Images">Images that both labelled.</param>
/// <param name="Agreement">Share of them with the same class, 0 to 1; 0 when there is none.</param>
/// <param name="Kappa">Cohen's kappa, at most 1, 0 at chance; null when chance alone would agree always, or there is no image.</param>
/// <param name="Confusion">Counts, rows the first annotator's class, columns the second's.</param>
public sealed record PairAgreement(int First, int Second, int Images, double Agreement, double? Kappa, int[][] Confusion)
{
    /// <summary>Compares two annotators. Source: Cohen 1960, "A coefficient of agreement for nominal scales".</summary>
    /// <param name="labels">Class index by annotator and image, null where the annotator gave none.</param>
    /// <param name="first">Position of the first annotator.</param>
    /// <param name="second">Position of the second annotator.</param>
    /// <param name="classes">Number of classes.</param>
    public static PairAgreement Of(int?[][] labels, int first, int second, int classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var confusion = new int[classes][];
        for (var index = 0; index < classes; index++)
        {
            confusion[index] = new int[classes];
        }

        var (images, same) = (0, 0);
        foreach (var (one, two) in labels[first].Zip(labels[second]))
        {
            if (one is { } row && two is { } column)
            {
                confusion[row][column]++;
                images++;
                same += row == column ? 1 : 0;
            }
        }

        return new(first, second, images, images == 0 ? 0 : same / (double)images, CohenKappa(confusion, images, same), confusion);
    }

    private static double? CohenKappa(int[][] confusion, int images, int same)
    {
        if (images == 0)
        {
            return null;
        }

        var expected = Enumerable.Range(0, confusion.Length)
            .Sum(index => confusion[index].Sum() / (double)images * (confusion.Sum(row => row[index]) / (double)images));
        return expected >= 1 ? null : ((same / (double)images) - expected) / (1 - expected);
    }
}
