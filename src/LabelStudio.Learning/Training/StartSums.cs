using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>The closed form that new rows come from. Immutable, hence safe on every thread.</summary>
/// <param name="Whole">Sums of all classes that anything is known of.</param>
/// <param name="FilledIn">Those that come from the parent's sums because their images are gone.</param>
public sealed record StartSums(ClosedFormSums Whole, IReadOnlyList<Guid> FilledIn)
{
    /// <summary>More rows than an embedding has numbers, so that the fit is well posed; about a second of work.</summary>
    private const int DrawnRows = 2000;

    /// <summary>
    /// The closed form of training images. Classes whose images are gone or left out, wholly or by more than half, are filled
    /// in from what the parent keeps.
    /// </summary>
    /// <param name="train">The training images.</param>
    /// <param name="classes">Which class each of their targets is.</param>
    /// <param name="kept">The parent's sums on the same backbone and image size; null: there are none.</param>
    public static StartSums Of(EmbeddingSet train, ClassIndexMap classes, ClosedFormSums? kept)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(classes);
        var now = ClosedFormSums.Of([.. train.Targets.Select(target => classes[target])], train.Embeddings, train.EmbeddingSize);
        if (kept is null)
        {
            return new StartSums(now, []);
        }
        var (whole, filledIn) = now.FilledBy(kept);
        return new StartSums(whole, filledIn);
    }

    /// <summary>
    /// The training images and, of classes whose images are gone, as many drawn embeddings as another class has images: a
    /// head that is never shown a class pushes it away.
    /// </summary>
    /// <param name="train">The training images.</param>
    /// <param name="classes">The head's classes.</param>
    /// <param name="inUse">Classes that are to be known; an archived one is left alone.</param>
    /// <param name="seed">Of the draws.</param>
    /// <param name="combined">Which labels are combinations; null: none.</param>
    public EmbeddingSet WithDrawn(EmbeddingSet train, ClassIndexMap classes, IReadOnlySet<Guid> inUse, int seed, CombinedRows? combined = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(classes);
        var lost = FilledIn.Where(inUse.Contains).ToList();
        if (lost.Count == 0 || train.Count == 0)
        {
            return train;
        }
        var shown = combined?.Shown(train.Targets).Count ?? train.Targets.Distinct().Count();
        var each = Math.Clamp(train.Count / Math.Max(1, shown), 1, Math.Max(1, DrawnRows / lost.Count));
        var counts = DrawsOf(lost, each, classes, combined);
        var drawn = DrawnEmbeddings.Of(Whole, counts, seed);
        int[] targets = [.. train.Targets, .. counts.SelectMany(item => Enumerable.Repeat(classes.IndexOf(item.ClassId), item.Count))];
        return new EmbeddingSet(targets.Length, train.EmbeddingSize, [.. train.Embeddings, .. drawn], targets);
    }

    /// <summary>So many of each class; combinations share what their classes have.</summary>
    private (Guid ClassId, int Count)[] DrawsOf(List<Guid> classIds, int each, ClassIndexMap classes, CombinedRows? combined)
    {
        var known = Whole.CountsByClass;
        var shares = combined?.Shares(each, classIds.ToDictionary(classes.IndexOf, id => (int)known[id]));
        return [.. classIds.Select(id => (id, shares?[classes.IndexOf(id)] ?? each))];
    }

    /// <summary>
    /// A head grown by rows for the classes it lacks, which know the closed form's classes from each other and from the old ones
    /// (see <see cref="NewRowTraining"/>). The old rows stay bit for bit.
    /// </summary>
    /// <param name="old">The head that is to grow.</param>
    /// <param name="classes">Its classes after growth; one of which nothing is known gets a row of zeros.</param>
    /// <param name="seed">Of the embeddings that are drawn.</param>
    /// <param name="combined">Which labels are combinations: the rows of new ones are sums; null: none.</param>
    public LinearHead Grow(LinearHead old, ClassIndexMap classes, int seed, CombinedRows? combined = null)
    {
        ArgumentNullException.ThrowIfNull(old);
        return NewRowTraining.Run(old.GrowTo(classes), old.Classes.Count, Whole, seed, combined);
    }
}
