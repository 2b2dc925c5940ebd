using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>The closed form that new rows come from.</summary>
/// <param name="Whole">Sums of all classes that anything is known of.</param>
/// <param name="FilledIn">Those that come from the parent's sums because their images are gone.</param>
internal sealed record StartSums(ClosedFormSums Whole, IReadOnlyList<Guid> FilledIn)
{
    /// <summary>More rows than an embedding has numbers, so that the fit is well posed; about a second of work.</summary>
    private const int DrawnRows = 2000;

    /// <summary>
    /// The training images and, of classes whose images are gone, as many drawn embeddings as another class has images: a
    /// head that is never shown a class pushes it away.
    /// </summary>
    /// <param name="train">The training images.</param>
    /// <param name="classes">The head's classes.</param>
    /// <param name="inUse">Classes that are to be known; an archived one is left alone.</param>
    /// <param name="seed">Of the draws.</param>
    public EmbeddingSet WithDrawn(EmbeddingSet train, ClassIndexMap classes, IReadOnlySet<Guid> inUse, int seed)
    {
        var lost = FilledIn.Where(inUse.Contains).ToList();
        if (lost.Count == 0 || train.Count == 0)
        {
            return train;
        }
        var each = Math.Clamp(train.Count / train.Targets.Distinct().Count(), 1, Math.Max(1, DrawnRows / lost.Count));
        var drawn = DrawnEmbeddings.Of(Whole, lost, each, seed);
        return new EmbeddingSet(
            train.Count + (lost.Count * each),
            train.EmbeddingSize,
            [.. train.Embeddings, .. drawn],
            [.. train.Targets, .. lost.SelectMany(id => Enumerable.Repeat(classes.IndexOf(id), each))]);
    }

    /// <summary>The training images' raw embeddings, and drawn ones for the classes whose images are gone.</summary>
    public float[] Shown(EmbeddingSet train, int seed) => FilledIn.Count == 0
        ? train.Embeddings
        : [.. train.Embeddings, .. DrawnEmbeddings.Of(Whole, FilledIn, Math.Max(1, DrawnRows / FilledIn.Count), seed)];
}
