using System.Text.Json.Serialization;
using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Training;

/// <summary>
/// A training at the end of an epoch, whole enough to go on as if it had never stopped: weights, optimizer moments, best
/// weights so far, and the curve. Random choices need no state here, as each epoch draws them from the plan's seed and its number.
/// </summary>
public sealed record TrainingCheckpoint
{
    /// <summary>The settings; a run with others cannot go on from here.</summary>
    public required TrainingPlan Plan { get; init; }

    /// <summary>The last finished epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps that the optimizers have taken.</summary>
    public required int OptimizerSteps { get; init; }

    /// <summary>Time the run took so far, for its time limit.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// libtorch's threads, by which sums of numbers differ in their last digits; null where none were chosen, and in
    /// checkpoints of before they were kept.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Images computed together at most since the device's memory ran out; null: it never did.</summary>
    public int? MostAtOnce { get; init; }

    /// <summary>What steps compute in; float32 in checkpoints of before there was a choice.</summary>
    public Precision Precision { get; init; }

    /// <summary>The epoch of the best weights; 0 when they are the start's.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Highest macro-F1 on validation so far; null without validation.</summary>
    public double? BestMacroF1 { get; init; }

    /// <summary>Log loss that belongs to it, nats.</summary>
    public double? BestLogLoss { get; init; }

    /// <summary>The curve so far, oldest first.</summary>
    public required IReadOnlyList<EpochCompleted> Epochs { get; init; }

    /// <summary>Weights and moments by name.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, WeightTensor> Tensors { get; init; } = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
}
