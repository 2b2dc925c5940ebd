using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a training gives, and the held-out images as its own backbone sees them.</summary>
internal sealed record TrainedModel(
    LinearHead Head,
    WeightFile Backbone,
    bool BackboneIsPretrained,
    StopReason Reason,
    int BestEpoch,
    EmbeddingSet Validation,
    EmbeddingSet Test,
    long[] TestImageIds)
{
    /// <summary>What the closed form keeps of the training images on this backbone.</summary>
    public ClosedFormSums? ClosedForm { get; init; }

    /// <summary>The temperature to keep where the validation images cannot tell it; null: it is fitted on them.</summary>
    public double? Temperature { get; init; }

    /// <summary>Why nothing was trained although the plan said so; null: the plan was followed.</summary>
    public string? InsteadOfPlan { get; init; }
}
