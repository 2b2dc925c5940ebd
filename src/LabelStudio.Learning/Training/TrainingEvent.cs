using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Something that happened in a training run. One stream of these feeds storage, the live view and outside clients.
/// JSON carries the kind in the property "kind".
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RunStarted), "runStarted")]
[JsonDerivedType(typeof(BatchCompleted), "batchCompleted")]
[JsonDerivedType(typeof(EpochCompleted), "epochCompleted")]
[JsonDerivedType(typeof(LogWritten), "logWritten")]
[JsonDerivedType(typeof(ExemplarsChosen), "exemplarsChosen")]
[JsonDerivedType(typeof(RunEnded), "runEnded")]
public abstract record TrainingEvent
{
    /// <summary>Position in the run's stream, rising from 1; 0 until the receiver has set it.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public DateTime AtUtc { get; init; }
}
