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
    long[] TestImageIds,
    string? Failure = null);
