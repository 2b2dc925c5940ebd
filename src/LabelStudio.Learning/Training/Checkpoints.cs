using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Training;

/// <summary>How a training keeps its place: where it goes on, who keeps a checkpoint of each epoch, and when it pauses.</summary>
/// <param name="Last">The checkpoint to go on from; null: from the start.</param>
/// <param name="Keep">Receives a checkpoint after each epoch, on the training thread; its arrays are its own. Null: nobody, and none is made.</param>
/// <param name="Pause">Ends the training after the present epoch with <see cref="StopReason.Paused"/>.</param>
public sealed record Checkpoints(TrainingCheckpoint? Last, Action<TrainingCheckpoint>? Keep, CancellationToken Pause)
{
    /// <summary>What the run took before its training, such as fetching the images: its time limit counts that too.</summary>
    public TimeSpan Before { get; init; }

    /// <summary>From the start, nothing kept, never paused.</summary>
    public static Checkpoints None { get; } = new(null, null, CancellationToken.None);

    /// <summary>Copying all weights and moments takes its time: it is done only when somebody keeps them.</summary>
    internal void AtEpochEnd(Func<Dictionary<string, WeightTensor>, TrainingCheckpoint> make) =>
        Keep?.Invoke(make(new Dictionary<string, WeightTensor>(StringComparer.Ordinal)));

    /// <exception cref="ArgumentException">The checkpoint is of a run with another plan.</exception>
    internal void ThrowIfUnfit(TrainingPlan plan)
    {
        if (Last is not null && Last.Plan != plan)
        {
            throw new ArgumentException("The checkpoint belongs to a run with other settings. Launch the run again from its start.", nameof(plan));
        }
    }
}
