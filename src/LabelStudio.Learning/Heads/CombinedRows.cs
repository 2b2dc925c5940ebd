using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// The rows of a head whose labels are classes and combinations of them. A combination has no row of its own: its row is the
/// sum of its classes' rows, weights and biases alike, so that <c>logit(S) = Σ z_c over c in S</c> and the logit of no class is
/// 0. A rare combination is thus learned from all images of its classes, and a new one of known classes needs nothing learned.
/// Immutable, hence safe on every thread.
/// </summary>
/// <remarks>
/// P(S|x) ∝ exp(Σ z_c) over the label sets that occur: the log-linear model of Ghamrawi and McCallum 2005, "Collective
/// multi-label classification", with their supported inference and without their pair terms. Over all 2^C sets it would be C
/// independent logistic classifiers; with classes alone it is the softmax.
/// On clothes side by side, eight classes, three seeds (benchmark case "combinations"): combinations with three images each were
/// told exactly 0.26 of the time, by rows of their own 0.00, by independent classifiers 0.11; classes by macro-F1 0.54, 0.40 and
/// 0.54; labels with 40 images 0.63, 0.64 and 0.51 where no other label was to be said.
/// </remarks>
public sealed class CombinedRows
{
    /// <summary>Of each label the indices of its classes; of a class its own.</summary>
    private readonly int[][] _classesOf;
    private readonly bool[] _isCombination;

    private CombinedRows(ClassIndexMap labels, int[][] classesOf, bool[] isCombination)
    {
        (Labels, _classesOf, _isCombination) = (labels, classesOf, isCombination);
        ClassIndices = [.. Enumerable.Range(0, labels.Count).Where(label => !isCombination[label])];
    }

    /// <summary>Classes and combinations, by logit.</summary>
    public ClassIndexMap Labels { get; }

    /// <summary>The labels that are classes, rising: theirs are the rows that are learned.</summary>
    public IReadOnlyList<int> ClassIndices { get; }

    /// <summary>The rows of a head; null where no label is a combination, and every row is learned.</summary>
    /// <param name="labels">Classes and combinations.</param>
    /// <param name="membersOf">The classes of a combination, none at all included; null: the label is a class.</param>
    /// <exception cref="ArgumentException">A combination has a class that is no class among the labels.</exception>
    public static CombinedRows? Of(ClassIndexMap labels, Func<Guid, IReadOnlyList<Guid>?> membersOf)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(membersOf);
        var members = labels.ClassIds.Select(membersOf).ToArray();
        bool[] isCombination = [.. members.Select(item => item is not null)];
        if (!isCombination.Contains(true))
        {
            return null;
        }

        int[][] classesOf = [.. members.Select((ids, label) => ids?.Select(IndexOf).Distinct().Order().ToArray() ?? [label])];
        return new CombinedRows(labels, classesOf, isCombination);

        int IndexOf(Guid id) => labels.IndexOf(id) is >= 0 and var index && !isCombination[index]
            ? index
            : throw new ArgumentException($"A combination is made of the class {id}, which the head does not have.", nameof(membersOf));
    }

    /// <summary>The label is a combination, not a class.</summary>
    public bool IsCombination(int label) => _isCombination[label];

    /// <summary>The indices of a label's classes, rising; of a class its own.</summary>
    public IReadOnlyList<int> ClassesOf(int label) => _classesOf[label];

    /// <summary>The indices of classes that some labels show, alone or with others.</summary>
    public IReadOnlySet<int> Shown(IEnumerable<int> labels) => labels.Distinct().SelectMany(label => _classesOf[label]).ToHashSet();

    /// <summary>Weight and bias of the classes alone, float32 [classes, D] and [classes], in the order of <see cref="ClassIndices"/>.</summary>
    public (float[] Weight, float[] Bias) ClassRows(LinearHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return ([.. ClassIndices.SelectMany(index => head.Row(index).ToArray())], [.. ClassIndices.Select(index => head.Bias[index])]);
    }

    /// <summary>The head of all labels that has these rows for its classes.</summary>
    /// <param name="weight">float32 [classes, D], in the order of <see cref="ClassIndices"/>.</param>
    /// <param name="bias">float32 [classes]</param>
    public LinearHead Head(float[] weight, float[] bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        var head = LinearHead.Zero(Labels, weight.Length / bias.Length);
        foreach (var (place, index) in ClassIndices.Index())
        {
            weight.AsSpan(place * head.EmbeddingSize, head.EmbeddingSize).CopyTo(head.Weight.AsSpan(index * head.EmbeddingSize));
            head.Bias[index] = bias[place];
        }

        return WithSums(head, from: 0);
    }

    /// <summary>
    /// A copy whose combinations are the sums of their classes' rows, rounded once. Done again on the same rows of classes it
    /// gives the same bits.
    /// </summary>
    /// <param name="head">A head of these labels.</param>
    /// <param name="from">Combinations before this index stay bit for bit.</param>
    public LinearHead WithSums(LinearHead head, int from)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (!head.Classes.Equals(Labels))
        {
            throw new ArgumentException("The head has other labels.", nameof(head));
        }

        float[] weight = [.. head.Weight], bias = [.. head.Bias];
        double[] sum = new double[head.EmbeddingSize], row = new double[head.EmbeddingSize];
        for (var label = from; label < Labels.Count; label++)
        {
            if (!_isCombination[label])
            {
                continue;
            }

            Array.Clear(sum);
            foreach (var index in _classesOf[label])
            {
                TensorPrimitives.ConvertTruncating<float, double>(head.Row(index), row);
                TensorPrimitives.Add(sum, row, sum);
            }

            TensorPrimitives.ConvertTruncating<double, float>(sum, weight.AsSpan(label * head.EmbeddingSize, head.EmbeddingSize));
            bias[label] = (float)_classesOf[label].Sum(index => (double)head.Bias[index]);
        }

        return new LinearHead(Labels, head.EmbeddingSize, weight, bias);
    }

    /// <summary>
    /// Turns numbers of classes, [N, classes], into those of labels, [N, labels], by a product from the right: 1 where the label
    /// shows the class. float32 [classes, labels] on the CPU; belongs to the caller's dispose scope.
    /// </summary>
    public Tensor Membership()
    {
        var numbers = new float[ClassIndices.Count * Labels.Count];
        foreach (var (place, index) in ClassIndices.Index())
        {
            for (var label = 0; label < Labels.Count; label++)
            {
                numbers[(place * Labels.Count) + label] = _classesOf[label].Contains(index) ? 1 : 0;
            }
        }

        return tensor(numbers, [ClassIndices.Count, Labels.Count]);
    }

    /// <summary>
    /// How many images of each label stand for it where every class may have so many: as large a part of them as it is of the
    /// images of one of its classes, one at least. Together the labels of a class then have as many as the class would alone.
    /// </summary>
    /// <param name="perClass">Images of a class.</param>
    /// <param name="counts">Images of each label there are.</param>
    public IReadOnlyDictionary<int, int> Shares(int perClass, IReadOnlyDictionary<int, int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var ofClass = counts.SelectMany(pair => _classesOf[pair.Key].Select(index => (index, pair.Value)))
            .GroupBy(item => item.index, item => item.Value).ToDictionary(group => group.Key, group => group.Sum());
        return counts.ToDictionary(
            pair => pair.Key,
            pair => Math.Max(1, (int)Math.Ceiling(perClass * _classesOf[pair.Key].Select(index => (double)pair.Value / ofClass[index]).DefaultIfEmpty(1).Max())));
    }
}
