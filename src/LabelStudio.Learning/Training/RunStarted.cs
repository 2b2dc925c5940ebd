namespace LabelStudio.Learning.Training;

/// <summary>The first event of a run, and of each time it is taken up again.</summary>
/// <param name="Epochs">Epochs the plan asks for.</param>
/// <param name="TrainCount">Training images.</param>
/// <param name="ValidationCount">Validation images.</param>
/// <param name="Device">Name of the device that computes.</param>
/// <param name="ClassIds">The classes in index order.</param>
public sealed record RunStarted(int Epochs, int TrainCount, int ValidationCount, string Device, IReadOnlyList<Guid> ClassIds) : TrainingEvent
{
    /// <summary>The last epoch of the checkpoint it goes on from; 0: it begins at its start. Those epochs are told again.</summary>
    public int AfterEpoch { get; init; }
}
