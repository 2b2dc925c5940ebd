using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Training;

/// <summary>An epoch is trained and validated.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Epochs">Epochs the plan asks for.</param>
/// <param name="TrainLoss">Mean loss over the epoch's drawn images while training (with dropout and label smoothing), nats.</param>
/// <param name="ValidationLoss">Mean cross-entropy on the validation images, nats; that of training when there are none.</param>
/// <param name="TrainAccuracy">Share of the epoch's drawn images that were right while training, 0 to 1.</param>
/// <param name="ValidationAccuracy">Share of right validation images, 0 to 1.</param>
/// <param name="ValidationMacroF1">Mean F1 over the classes that have validation images, 0 to 1.</param>
/// <param name="PerClassAccuracy">Share of right validation images by class index; null where a class has none.</param>
/// <param name="HeadLearningRate">The head's learning rate at the end of the epoch.</param>
/// <param name="BackboneLearningRate">The backbone's; 0 when it stays as it is.</param>
/// <param name="ImagesPerSecond">Training speed in this epoch.</param>
/// <param name="SecondsLeft">Expected seconds until all epochs are done.</param>
/// <param name="IsBest">True when this is the best epoch so far.</param>
public sealed record EpochCompleted(
    int Epoch,
    int Epochs,
    double TrainLoss,
    double ValidationLoss,
    double TrainAccuracy,
    double ValidationAccuracy,
    double ValidationMacroF1,
    double?[] PerClassAccuracy,
    double HeadLearningRate,
    double BackboneLearningRate,
    double ImagesPerSecond,
    double SecondsLeft,
    bool IsBest) : TrainingEvent
{
    /// <summary>False where there were no validation images: what stands for their figures then says nothing about them.</summary>
    [JsonIgnore]
    public bool HasValidation => PerClassAccuracy.Length > 0;

    /// <summary>Memory that the trainer's process holds at the epoch's end, in bytes; null in runs before it was measured.</summary>
    public long? MemoryBytes { get; init; }
}
