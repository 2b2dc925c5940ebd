using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>What somebody wants to have trained.</summary>
/// <param name="Plan">All settings.</param>
/// <param name="Name">A name for the run; null: one is made up.</param>
/// <param name="FromPretrained">Start from the pretrained weights even if a model is promoted; else from the promoted model.</param>
/// <param name="DatasetSnapshotId">Train on this frozen version; null: freeze the labels of now.</param>
public sealed record LaunchRequest(TrainingPlan Plan, string? Name, bool FromPretrained, Guid? DatasetSnapshotId = null)
{
    /// <summary>Train these classes only; null: all that have training images.</summary>
    public IReadOnlyCollection<Guid>? ClassIds { get; init; }

    /// <summary>What was found in the images before the launch, kept with the run.</summary>
    public IReadOnlyList<LaunchCheck> Checks { get; init; } = [];
}
