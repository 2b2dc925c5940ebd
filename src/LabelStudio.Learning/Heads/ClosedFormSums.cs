using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// What the closed form keeps of a model's training images, none of which is needed any more: per class count and mean of x,
/// and one covariance Σ within the classes (x as in <see cref="StreamingLdaHead"/>). A class can so be added when every old
/// image is gone. Belongs to one backbone at one image size. Immutable, hence safe on every thread.
/// </summary>
/// <remarks>
/// Σ instead of the scatter, because classes can then be left out and filled in one by one: the scatter of a class is
/// n·(Σ + μμᵀ). For all classes together that is the very scatter the live head keeps; for some it takes their spread to be
/// the common one, which linear discriminant analysis supposes anyway.
/// </remarks>
public sealed class ClosedFormSums
{
    /// <summary>More images than this make the sums no better in a way that shows; where each must be embedded first, so many are taken.</summary>
    public const int EnoughImages = 5000;

    private readonly Dictionary<Guid, ClassMoments> _classes;

    /// <param name="embeddingSize">Numbers in one embedding, D.</param>
    /// <param name="classes">What is kept of each class.</param>
    /// <param name="covariance">Σ, float64 [D, D]; only columns 0 to i of row i hold.</param>
    /// <param name="hasNegatives">The backbone gives numbers below 0.</param>
    internal ClosedFormSums(int embeddingSize, Dictionary<Guid, ClassMoments> classes, double[] covariance, bool hasNegatives) =>
        (EmbeddingSize, _classes, Covariance, HasNegatives) = (embeddingSize, classes, covariance, hasNegatives);

    /// <summary>Numbers in one embedding, D.</summary>
    public int EmbeddingSize { get; }

    /// <summary>Images that each class was learned from. A copy.</summary>
    public IReadOnlyDictionary<Guid, long> CountsByClass => _classes.ToDictionary(pair => pair.Key, pair => pair.Value.Count);

    internal IReadOnlyDictionary<Guid, ClassMoments> Classes => _classes;

    internal double[] Covariance { get; }

    internal bool HasNegatives { get; }

    /// <summary>Learns from images. 10,000 take about a second.</summary>
    /// <param name="classIds">The class of each image, [N].</param>
    /// <param name="embeddings">Raw embeddings, float32 [N, D].</param>
    /// <param name="embeddingSize">D.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a number is not finite.</exception>
    public static ClosedFormSums Of(ReadOnlySpan<Guid> classIds, ReadOnlySpan<float> embeddings, int embeddingSize)
    {
        var head = new StreamingLdaHead(embeddingSize);
        head.AddRange(classIds, embeddings);
        var lengths = new Dictionary<Guid, List<double>>();
        for (var row = 0; row < classIds.Length; row++)
        {
            (lengths.TryGetValue(classIds[row], out var ofClass) ? ofClass : lengths[classIds[row]] = [])
                .Add(TensorPrimitives.SumOfMagnitudes(embeddings.Slice(row * embeddingSize, embeddingSize)));
        }

        var classes = head.Sums.Classes.ToDictionary(pair => pair.Key, pair => ClassMoments.Of(pair.Value, lengths[pair.Key]));
        var hasNegatives = !embeddings.IsEmpty && TensorPrimitives.Min(embeddings) < 0;
        return new ClosedFormSums(embeddingSize, classes, head.Count == 0 ? new double[embeddingSize * embeddingSize] : LdaSolver.Covariance(head.Sums), hasNegatives);
    }

    /// <summary>
    /// These sums with the classes of others filled in that are unknown here, or known from less than half the images: of an
    /// old class whose images were deleted the older sums know more.
    /// </summary>
    /// <param name="older">Sums of the same backbone and image size.</param>
    /// <returns>The whole, and the classes that were filled in.</returns>
    /// <exception cref="ArgumentException">The embedding sizes differ.</exception>
    public (ClosedFormSums Whole, IReadOnlyList<Guid> FilledIn) FilledBy(ClosedFormSums older)
    {
        ArgumentNullException.ThrowIfNull(older);
        if (older.EmbeddingSize != EmbeddingSize)
        {
            throw new ArgumentException($"Sums on embeddings of {EmbeddingSize} and {older.EmbeddingSize} numbers do not go together.", nameof(older));
        }

        var filledIn = older._classes.Where(pair => pair.Value.Count > 2 * (_classes.GetValueOrDefault(pair.Key)?.Count ?? 0)).Select(pair => pair.Key).Order().ToList();
        var classes = new Dictionary<Guid, ClassMoments>(_classes);
        foreach (var classId in filledIn)
        {
            classes[classId] = older._classes[classId];
        }

        double all = classes.Values.Sum(item => item.Count), theirs = filledIn.Sum(classId => classes[classId].Count);
        var covariance = new double[Covariance.Length];
        if (all > 0)
        {
            TensorPrimitives.Multiply(Covariance, (all - theirs) / all, covariance);
            TensorPrimitives.MultiplyAdd(older.Covariance, theirs / all, covariance, covariance);
        }

        return (new ClosedFormSums(EmbeddingSize, classes, covariance, HasNegatives || older.HasNegatives), filledIn);
    }

    /// <summary>The classifier that follows from the sums; null without a class.</summary>
    public LdaSolution? Solve()
    {
        if (_classes.Count == 0)
        {
            return null;
        }

        var sums = new LdaSums(EmbeddingSize);
        foreach (var (classId, moments) in _classes)
        {
            var sum = new double[EmbeddingSize];
            TensorPrimitives.Multiply(moments.Mean, moments.Count, sum);
            sums.AddToClass(classId, sum, moments.Count);
        }

        sums.AddScatter(Scatter());
        return LdaSolver.Solve(sums);
    }

    /// <summary>T = NΣ + Σ_c n_c μ_c μ_cᵀ, float64 [D, D], of which the lower triangle holds.</summary>
    private double[] Scatter()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var count = tensor(_classes.Values.Select(item => (double)item.Count).ToArray(), [_classes.Count, 1]); // [C, 1]
        var mean = tensor(_classes.Values.SelectMany(item => item.Mean).ToArray(), [_classes.Count, EmbeddingSize]); // [C, D]
        var scatter = mean.t().matmul(mean * count).data<double>().ToArray(); // [D, D]
        TensorPrimitives.MultiplyAdd(Covariance, _classes.Values.Sum(item => item.Count), scatter, scatter);
        return scatter;
    }
}
