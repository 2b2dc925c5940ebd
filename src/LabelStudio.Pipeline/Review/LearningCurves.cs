using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// Measures how the live head's accuracy grew with the labels, to say whether more of them pay. Of the classes that models
/// learn, and on embeddings that have learned none of the labels: on others a few are as good as all.
/// </summary>
public sealed class LearningCurves(IDbContextFactory<StudioDbContext> contexts, EmbeddingStores stores, ProjectAccess access)
{
    private const int Draws = 3;
    private static readonly double[] Shares = [0.125, 0.25, 0.5, 0.75, 1];

    /// <summary>Takes some seconds. Null: fewer than two classes have labelled images in training and held out. Needs the right to view.</summary>
    public async Task<LearningCurve?> MeasureAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var labelled = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled && image.LabelClassId != null)
            .Where(image => db.Classes.Any(item => item.Id == image.LabelClassId && !item.IsArchived && !item.IsLeftOutOfTraining))
            .OrderBy(image => image.Sha256)
            .Select(image => new Labelled(image.Sha256, image.LabelClassId!.Value, image.Split))
            .ToListAsync(cancellationToken);
        if (stores.ImpartialOf(projectId) is not { } store)
        {
            return null;
        }
        var known = labelled.Where(image => store.Contains(image.Sha256)).ToList();
        var train = known.Where(image => image.Split == Split.Train).ToArray();
        var heldOut = known.Where(image => image.Split != Split.Train).ToArray();
        return heldOut.Length == 0 || train.Select(image => image.ClassId).Distinct().Count() < 2
            ? null
            : await Task.Run(() => Measure(train, heldOut, store, cancellationToken), cancellationToken);
    }

    private static LearningCurve Measure(Labelled[] train, Labelled[] heldOut, EmbeddingStore store, CancellationToken cancellationToken)
    {
        int[] sizes = [.. Shares.Select(share => (int)Math.Round(share * train.Length)).Where(size => size > 1).Distinct()];
        var errors = Enumerable.Range(1, Draws).Select(seed => Draw(train, heldOut, sizes, seed, store, cancellationToken)).ToArray();
        return LearningCurveRule.Of(sizes, errors, heldOut.Length);
    }

    /// <summary>Learns the images in one order and measures at each size: a larger size only adds to the sums.</summary>
    private static double[] Draw(Labelled[] train, Labelled[] heldOut, int[] sizes, int seed, EmbeddingStore store, CancellationToken cancellationToken)
    {
        var order = (Labelled[])train.Clone();
        new Random(seed).Shuffle(order);
        var head = new StreamingLdaHead(store.EmbeddingSize);
        var errors = new double[sizes.Length];
        for (var (point, learned) = (0, 0); point < sizes.Length; learned = sizes[point++])
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var image in order[learned..sizes[point]])
            {
                head.Add(image.ClassId, EmbeddingOf(image, store));
            }
            errors[point] = ErrorOf(head.Solve()!, heldOut, store);
        }
        return errors;
    }

    private static double ErrorOf(LdaSolution solution, Labelled[] heldOut, EmbeddingStore store)
    {
        var logits = new float[solution.Classes.Count];
        var wrong = 0;
        foreach (var image in heldOut)
        {
            solution.Logits(EmbeddingOf(image, store), 1, logits);
            wrong += solution.Classes[System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(logits)] == image.ClassId ? 0 : 1;
        }
        return (double)wrong / heldOut.Length;
    }

    private static ReadOnlySpan<float> EmbeddingOf(Labelled image, EmbeddingStore store) =>
        store.TryGet(image.Sha256, out var embedding) ? embedding.Span : throw new InvalidOperationException("A stored embedding is gone.");

    private sealed record Labelled(string Sha256, Guid ClassId, Split Split);
}
