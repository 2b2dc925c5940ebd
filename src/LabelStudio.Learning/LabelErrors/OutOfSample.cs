using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.LabelErrors;

/// <summary>What the live head says of each image when it has not learned that image.</summary>
/// <param name="Classes">The classes, in the order of the probabilities' columns.</param>
/// <param name="Probabilities">float32 [N, classes]; 0 for a class that had no image outside the fold.</param>
/// <param name="Temperature">Fitted on these very predictions.</param>
public sealed record OutOfSample(ClassIndexMap Classes, float[] Probabilities, double Temperature)
{
    /// <summary>5 by default: each head learns from four fifths, and more folds changed the lists by a few images only.</summary>
    public const int DefaultFolds = 5;

    private const int RowsPerBlock = 512;

    /// <summary>Far below any logit of the head and still a number the softmax can take.</summary>
    private const float NoLogit = -1e4f;

    /// <summary>
    /// Cross-validates the live head in closed form: every fold is learned once as sums, and the head that judges a fold is
    /// the sum of the others. 10,000 images of 1280 numbers take a few seconds.
    /// </summary>
    /// <param name="classes">The classes; each target is an index of it.</param>
    /// <param name="targets">Class index of each image, [N].</param>
    /// <param name="embedding">Raw embedding of an image by position, float32 [embeddingSize].</param>
    /// <param name="embeddingSize">Numbers in one embedding.</param>
    /// <param name="folds">At least 2.</param>
    /// <param name="seed">Draws the folds; every class is spread evenly over them.</param>
    /// <param name="cancellation">Ends the work between two blocks.</param>
    public static OutOfSample CrossValidate(
        ClassIndexMap classes,
        int[] targets,
        Func<int, ReadOnlyMemory<float>> embedding,
        int embeddingSize,
        int folds,
        int seed,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var members = DrawFolds(targets, folds, seed);
        var heads = new StreamingLdaHead[folds];
        for (var fold = 0; fold < folds; fold++)
        {
            heads[fold] = Learn(classes, targets, members[fold], embedding, embeddingSize, cancellation);
        }

        var logits = new float[targets.Length * classes.Count];
        for (var fold = 0; fold < folds; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            var others = new StreamingLdaHead(embeddingSize);
            foreach (var head in heads.Where((_, index) => index != fold))
            {
                others.Merge(head);
            }

            Score(others.Solve(), classes, members[fold], embedding, logits, cancellation);
        }

        var temperature = FitTemperature(logits, classes.Count, targets);
        TemperatureScaling.Softmax(logits, classes.Count, targets.Length, temperature);
        return new(classes, logits, temperature);
    }

    private static List<int>[] DrawFolds(int[] targets, int folds, int seed)
    {
        var result = Enumerable.Range(0, folds).Select(_ => new List<int>()).ToArray();
        var order = Enumerable.Range(0, targets.Length).ToArray();
        new Random(seed).Shuffle(order);
        var next = 0;
        // One class after the other round the folds: each gets its share of each class, and all are equally large.
        foreach (var image in order.OrderBy(image => targets[image]))
        {
            result[next].Add(image);
            next = (next + 1) % folds;
        }

        return result;
    }

    private static StreamingLdaHead Learn(
        ClassIndexMap classes, int[] targets, List<int> images, Func<int, ReadOnlyMemory<float>> embedding, int size, CancellationToken cancellation)
    {
        var head = new StreamingLdaHead(size);
        foreach (var block in images.Chunk(RowsPerBlock))
        {
            cancellation.ThrowIfCancellationRequested();
            head.AddRange([.. block.Select(image => classes[targets[image]])], Gather(block, embedding, size));
        }

        return head;
    }

    private static void Score(
        LdaSolution? solution, ClassIndexMap classes, List<int> images, Func<int, ReadOnlyMemory<float>> embedding, float[] logits, CancellationToken cancellation)
    {
        foreach (var block in images.Chunk(RowsPerBlock))
        {
            cancellation.ThrowIfCancellationRequested();
            var known = solution?.Classes.Count ?? 0;
            var scores = new float[block.Length * known];
            solution?.Logits(Gather(block, embedding, solution.EmbeddingSize), block.Length, scores);
            for (var row = 0; row < block.Length; row++)
            {
                var target = logits.AsSpan(block[row] * classes.Count, classes.Count);
                target.Fill(NoLogit);
                for (var index = 0; index < known; index++)
                {
                    target[classes.IndexOf(solution!.Classes[index])] = scores[(row * known) + index];
                }
            }
        }
    }

    private static float[] Gather(int[] images, Func<int, ReadOnlyMemory<float>> embedding, int size)
    {
        var rows = new float[images.Length * size];
        for (var row = 0; row < images.Length; row++)
        {
            embedding(images[row]).Span.CopyTo(rows.AsSpan(row * size, size));
        }

        return rows;
    }

    private static double FitTemperature(float[] logits, int classes, int[] targets)
    {
        // An image whose class no other fold holds would ask for an endless temperature.
        var judged = Enumerable.Range(0, targets.Length).Where(image => logits[(image * classes) + targets[image]] > NoLogit).ToArray();
        var rows = new float[judged.Length * classes];
        for (var row = 0; row < judged.Length; row++)
        {
            logits.AsSpan(judged[row] * classes, classes).CopyTo(rows.AsSpan(row * classes, classes));
        }

        return TemperatureScaling.Fit(rows, classes, [.. judged.Select(image => targets[image])]);
    }
}
