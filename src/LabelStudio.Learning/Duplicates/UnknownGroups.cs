using System.Numerics.Tensors;

namespace LabelStudio.Learning.Duplicates;

/// <summary>
/// Groups of images that fit no class: far from the labelled images of every class, near to each other. Both are judged by the
/// labelled images themselves. The groups are those of Heyer, Kruglyak and Yooseph 1999 ("quality threshold clustering"): the
/// image with the most doubtful images around it and those images, then the next. No number of groups has to be given.
/// On clothing with 14 labels a class and eight classes withheld in turn, six came out as a first group of hardly any other
/// image (shoes: 15 of 22), and with none withheld no group came out. Repeatable; uses all cores.
/// </summary>
public static class UnknownGroups
{
    /// <summary>Fewer images are no class but some odd pictures.</summary>
    public const int LeastImages = 5;

    private const int MostReferences = 1000;
    private const int MostUnknown = 2000;
    private const int Neighbours = 3;

    /// <summary>Doubtful is what is farther from its nearest class than so large a share of the labelled images.</summary>
    private const double DoubtfulBelow = 0.4;

    /// <summary>Alike is what is nearer to the middle than so large a share of the labelled images is to the middle of their class.</summary>
    private const double AlikeAbove = 0.7;

    /// <summary>Positions of the images of each group, the largest group first, its middle image first.</summary>
    /// <param name="classOf">Number of the class of each image, [N]; below 0 for an image without a label.</param>
    /// <param name="size">Length of an embedding, D.</param>
    /// <param name="embedding">Raw embedding of an image by position, float32 [D].</param>
    /// <param name="seed">Draws the images that stand for large classes.</param>
    /// <param name="stop">Ends the work early by <see cref="OperationCanceledException"/>.</param>
    /// <returns>Groups of at least <see cref="LeastImages"/>; none while fewer than two classes have so many labels.</returns>
    public static IReadOnlyList<int[]> Find(
        IReadOnlyList<int> classOf, int size, Func<int, ReadOnlyMemory<float>> embedding, int seed, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(classOf);
        ArgumentNullException.ThrowIfNull(embedding);
        var classes = References(classOf, seed);
        if (classes.Count < 2)
        {
            return [];
        }

        var centred = CentredEmbeddings.Of(classOf.Count, size, embedding, stop);
        var references = classes.ConvertAll(images => new Rows(centred, images));
        var known = references.SelectMany(rows => rows.Images).ToArray();
        var unlabelled = Enumerable.Range(0, classOf.Count).Where(image => classOf[image] < 0).ToArray();
        var limit = Quantile(Closeness(centred, references, known, stop), DoubtfulBelow);
        var closeness = Closeness(centred, references, unlabelled, stop);
        int[] unknown = [.. unlabelled.Zip(closeness).Where(image => image.Second < limit).OrderBy(image => image.Second)
            .Select(image => image.First).Take(MostUnknown)];
        return Group(new Rows(centred, unknown), Quantile(ToTheMiddle(references), AlikeAbove), stop);
    }

    /// <summary>Images that stand for each class with enough of them.</summary>
    private static List<int[]> References(IReadOnlyList<int> classOf, int seed)
    {
        var random = new Random(seed);
        var classes = Enumerable.Range(0, classOf.Count).Where(image => classOf[image] >= 0)
            .GroupBy(image => classOf[image]).OrderBy(images => images.Key)
            .Select(images => images.ToArray())
            .Where(images => images.Length >= LeastImages)
            .ToList();
        classes.ForEach(random.Shuffle);
        var most = Math.Max(LeastImages, MostReferences / Math.Max(1, classes.Count));
        return classes.ConvertAll(images => images.Length <= most ? images : images[..most]);
    }

    /// <summary>Mean cosine of each image to its nearest neighbours in the class where they are nearest; itself is no neighbour.</summary>
    private static double[] Closeness(CentredEmbeddings centred, List<Rows> classes, int[] images, CancellationToken stop)
    {
        var closeness = new double[images.Length];
        Parallel.For(0, images.Length, new ParallelOptions { CancellationToken = stop }, position =>
        {
            var own = new float[centred.Size];
            centred.Write(images[position], own);
            closeness[position] = classes.Max(rows => NearestMean(rows, images[position], own));
        });
        return closeness;
    }

    private static double NearestMean(Rows rows, int image, ReadOnlySpan<float> own)
    {
        Span<float> best = stackalloc float[Neighbours];
        best.Fill(-1);
        for (var row = 0; row < rows.Images.Length; row++)
        {
            var cosine = rows.Images[row] == image ? -1 : TensorPrimitives.Dot(own, rows.Row(row));
            for (var place = 0; place < best.Length && cosine > -1; place++)
            {
                if (cosine > best[place])
                {
                    (best[place], cosine) = (cosine, best[place]);
                }
            }
        }

        return TensorPrimitives.Sum<float>(best) / Neighbours;
    }

    /// <summary>Cosine of each labelled image to the one in the middle of its class.</summary>
    private static double[] ToTheMiddle(List<Rows> classes) =>
        [.. classes.SelectMany(rows =>
        {
            var sums = Enumerable.Range(0, rows.Images.Length)
                .Select(one => Enumerable.Range(0, rows.Images.Length).Sum(other => TensorPrimitives.Dot(rows.Row(one), rows.Row(other)))).ToArray();
            var middle = Array.IndexOf(sums, sums.Max());
            return Enumerable.Range(0, rows.Images.Length).Where(row => row != middle)
                .Select(row => (double)TensorPrimitives.Dot(rows.Row(row), rows.Row(middle)));
        })];

    private static List<int[]> Group(Rows rows, double inside, CancellationToken stop)
    {
        var near = new List<(int Row, float Cosine)>[rows.Images.Length];
        Parallel.For(0, near.Length, new ParallelOptions { CancellationToken = stop }, one =>
            near[one] = [.. Enumerable.Range(0, near.Length)
                .Select(other => (other, TensorPrimitives.Dot(rows.Row(one), rows.Row(other))))
                .Where(pair => pair.other == one || pair.Item2 >= inside)]);
        var groups = new List<int[]>();
        var free = Enumerable.Range(0, near.Length).ToHashSet();
        while (free.Count >= LeastImages)
        {
            var middle = free.MaxBy(row => (near[row].Count(pair => free.Contains(pair.Row)), -row));
            var members = near[middle].Where(pair => free.Contains(pair.Row))
                .OrderByDescending(pair => pair.Row == middle).ThenByDescending(pair => pair.Cosine).ToList();
            if (members.Count < LeastImages)
            {
                break;
            }

            groups.Add([.. members.Select(pair => rows.Images[pair.Row])]);
            free.ExceptWith(members.Select(pair => pair.Row));
        }

        return groups;
    }

    private static double Quantile(double[] values, double share)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[(int)(share * (values.Length - 1))];
    }

    /// <summary>Embeddings of some images copied side by side, centred and of unit length.</summary>
    private sealed class Rows
    {
        private readonly float[] _values;
        private readonly int _size;

        public Rows(CentredEmbeddings centred, int[] images)
        {
            (Images, _size, _values) = (images, centred.Size, new float[images.Length * centred.Size]);
            for (var row = 0; row < images.Length; row++)
            {
                centred.Write(images[row], _values.AsSpan(row * _size, _size));
            }
        }

        public int[] Images { get; }

        public ReadOnlySpan<float> Row(int row) => _values.AsSpan(row * _size, _size);
    }
}
