namespace LabelStudio.Learning.Training;

/// <summary>The first event of a run.</summary>
/// <param name="Epochs">Epochs the plan asks for.</param>
/// <param name="TrainCount">Training images.</param>
/// <param name="ValidationCount">Validation images.</param>
/// <param name="Device">Name of the device that computes.</param>
/// <param name="ClassIds">The classes in index order.</param>
public sealed record RunStarted(int Epochs, int TrainCount, int ValidationCount, string Device, IReadOnlyList<Guid> ClassIds) : TrainingEvent;
