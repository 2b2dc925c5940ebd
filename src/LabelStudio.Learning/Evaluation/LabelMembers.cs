namespace LabelStudio.Learning.Evaluation;

/// <summary>
/// Which classes each label of a model stands for: a class for itself, a combination for several, or for none. Turns
/// probabilities of labels into those of classes. Immutable, thread-safe.
/// </summary>
public sealed class LabelMembers
{
    private readonly int[][] _members;

    /// <summary>Checks and copies.</summary>
    /// <param name="members">Of each label the indices of its classes; empty: it stands for none.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentException">An index is outside, or a class stands twice in a label.</exception>
    public LabelMembers(IEnumerable<IEnumerable<int>> members, int classes)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Classes = classes;
        _members = [.. members.Select(label => label.ToArray())];
        if (_members.Any(label => label.Any(index => index < 0 || index >= classes) || label.Distinct().Count() != label.Length))
        {
            throw new ArgumentException($"A label holds a class twice, or one that is not among the {classes} classes.", nameof(members));
        }
    }

    /// <summary>Number of labels.</summary>
    public int Labels => _members.Length;

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>The classes of a label, by index.</summary>
    public IReadOnlyList<int> Of(int label) => _members[label];

    /// <summary>The label stands for the class, alone or with others.</summary>
    public bool Has(int label, int classIndex) => Array.IndexOf(_members[label], classIndex) >= 0;

    /// <summary>How probable each class is: P(c) is the sum of P(S) over the labels S that contain c.</summary>
    /// <param name="probabilities">float32 [N, labels], each row with the sum 1.</param>
    /// <returns>float32 [N, classes], 0 to 1; a row may have any sum, as an image may have several classes.</returns>
    /// <exception cref="ArgumentException">The length is no multiple of the labels.</exception>
    public float[] Marginals(float[] probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (Labels == 0 || probabilities.Length % Labels != 0)
        {
            throw new ArgumentException($"{probabilities.Length} probabilities do not fit {Labels} labels.", nameof(probabilities));
        }

        var rows = probabilities.Length / Labels;
        var marginals = new float[rows * Classes];
        for (var row = 0; row < rows; row++)
        {
            var target = marginals.AsSpan(row * Classes, Classes);
            for (var label = 0; label < Labels; label++)
            {
                foreach (var index in _members[label])
                {
                    // The sum of rounded numbers may pass 1 by a hair.
                    target[index] = Math.Min(1, target[index] + probabilities[(row * Labels) + label]);
                }
            }
        }

        return marginals;
    }
}
