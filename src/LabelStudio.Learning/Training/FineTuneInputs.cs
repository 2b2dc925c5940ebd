using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Training;

/// <summary>Refuses inputs that would fail deep inside libtorch: a target outside the classes would end the process on a GPU.</summary>
internal static class FineTuneInputs
{
    internal static void ThrowIfUnfit(
        TrainingPlan plan, BackboneDescriptor backbone, LinearHead start, IReadOnlyList<LabelledImage> train, IReadOnlyList<LabelledImage> validation, CombinedRows? combined)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        if (plan.Validate() is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(plan));
        }
        if (plan.Layers == TrainedLayers.HeadOnly)
        {
            throw new ArgumentException("The plan trains the head only. Train it on stored embeddings.", nameof(plan));
        }
        if (start.EmbeddingSize != backbone.EmbeddingSize)
        {
            throw new ArgumentException($"A head on embeddings of {start.EmbeddingSize} numbers does not fit {backbone.Name}, which gives {backbone.EmbeddingSize}.", nameof(start));
        }
        if (combined?.Labels.Equals(start.Classes) == false)
        {
            throw new ArgumentException("The combinations are those of a head with other labels.", nameof(combined));
        }
        if (train.Count == 0)
        {
            throw new ArgumentException("There is no training image. Label some images of the training split first.", nameof(train));
        }
        foreach (var image in train.Concat(validation))
        {
            if (image.Target < 0 || image.Target >= start.Classes.Count)
            {
                throw new ArgumentException($"Target {image.Target} is outside the head's {start.Classes.Count} classes. Grow the head first.", nameof(train));
            }
        }
    }
}
