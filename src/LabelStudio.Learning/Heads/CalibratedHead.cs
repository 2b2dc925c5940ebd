using System.Numerics.Tensors;
using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// A trained model's head as it answers today: a class that was merged since adds its probability to the one that took its
/// images over, and one that is no longer in use is left out. Immutable, hence safe on every thread.
/// </summary>
public sealed class CalibratedHead : IEmbeddingClassifier
{
    private const float Least = 1e-30f;

    private readonly LinearHead _head;
    private readonly double _temperature;
    private readonly int[] _targets;

    /// <summary>Takes a head and what became of its classes.</summary>
    /// <param name="head">The head as it was trained.</param>
    /// <param name="temperature">Fitted when it was trained; above 0.</param>
    /// <param name="present">The class that each of the head's classes is today; null: none any more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    public CalibratedHead(LinearHead head, double temperature, Func<Guid, Guid?> present)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(present);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        (_head, _temperature) = (head, temperature);
        Guid?[] classes = [.. head.Classes.ClassIds.Select(present)];
        Classes = ClassIndexMap.Of(classes.OfType<Guid>().Distinct());
        _targets = [.. classes.Select(classId => classId is { } id ? Classes.IndexOf(id) : -1)];
    }

    /// <inheritdoc/>
    public ClassIndexMap Classes { get; }

    /// <inheritdoc/>
    public int EmbeddingSize => _head.EmbeddingSize;

    /// <summary>1: the logits are logarithms of calibrated probabilities.</summary>
    public double Temperature => 1;

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> rawEmbeddings, int count, Span<float> logits)
    {
        var classes = Classes.Count;
        if (logits.Length < count * classes)
        {
            throw new ArgumentException($"The span is too short for {count} embeddings and {classes} classes.", nameof(logits));
        }

        var trained = new float[count * _targets.Length];
        _head.Logits(rawEmbeddings, count, trained);
        TemperatureScaling.Softmax(trained, _targets.Length, count, _temperature);
        var present = ProbabilityFold.Into(trained, _targets, classes);

        // Keeps the logarithm finite where the softmax gave an exact 0.
        TensorPrimitives.Add(present, Least, present);
        TensorPrimitives.Log(present, logits);
    }
}
