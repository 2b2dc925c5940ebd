using LabelStudio.Learning.Native;

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

    /// <summary>Why the run extends the closed-form head instead of training what its plan says, as sentences for people; null: it follows its plan.</summary>
    public string? InsteadOfPlan { get; init; }

    /// <summary>
    /// Accuracy, 0 to 1, of the parent model on the same validation images, by class index; null where it knows no such class
    /// or there is no image. Empty: there is no parent.
    /// </summary>
    public IReadOnlyList<double?> AccuracyBefore { get; init; } = [];

    /// <summary>With what it is computed; null: by a trainer that did not tell.</summary>
    public RunEnvironment? Environment { get; init; }
}
