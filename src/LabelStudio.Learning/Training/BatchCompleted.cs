namespace LabelStudio.Learning.Training;

/// <summary>A step of an epoch is done. Sent about five times a second at most, so not for every step.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Step">Step within the epoch, from 1.</param>
/// <param name="StepsPerEpoch">Steps in an epoch.</param>
/// <param name="Loss">Mean training loss of the epoch so far, nats.</param>
/// <param name="ImagesPerSecond">Training speed since the run's start.</param>
/// <param name="SecondsLeft">Expected seconds until all epochs are done.</param>
public sealed record BatchCompleted(int Epoch, int Step, int StepsPerEpoch, double Loss, double ImagesPerSecond, double SecondsLeft) : TrainingEvent;
