using System.Numerics.Tensors;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Refuses inputs that would fail deep inside libtorch: a target outside the classes would end the process on a GPU.
/// </summary>
internal static class HeadTrainingInputs
{
    public static void ThrowIfUnfit(TrainingPlan plan, LinearHead start, EmbeddingSet train, EmbeddingSet validation, CombinedRows? combined)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        if (plan.Validate() is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(plan));
        }

        if (combined?.Labels.Equals(start.Classes) == false)
        {
            throw new ArgumentException("The combinations are those of a head with other labels.", nameof(combined));
        }

        if (train.Count == 0)
        {
            throw new ArgumentException("There is no training image. Label some images of the training split first.", nameof(train));
        }

        foreach (var set in new[] { train, validation })
        {
            if (set.EmbeddingSize != start.EmbeddingSize)
            {
                throw new ArgumentException($"Embeddings of {set.EmbeddingSize} numbers do not fit a head for {start.EmbeddingSize}.", nameof(train));
            }

            if (set.Count > 0 && TensorPrimitives.Max<int>(set.Targets) is var target && target >= start.Classes.Count)
            {
                throw new ArgumentException($"Target {target} is outside the head's {start.Classes.Count} classes. Grow the head first.", nameof(train));
            }
        }
    }
}
