namespace LabelStudio.Pipeline.Evaluation;

/// <summary>What somebody wants to have evaluated.</summary>
/// <param name="ModelVersionId">The model.</param>
/// <param name="DatasetSnapshotId">On whose test images; null: the labels of now are frozen.</param>
/// <param name="Name">What to call it; null: a name is made up.</param>
/// <param name="ComparedModelId">The model to ask about the same images; null: the promoted one, or the parent of the promoted one.</param>
public sealed record NewEvaluation(Guid ModelVersionId, Guid? DatasetSnapshotId = null, string? Name = null, Guid? ComparedModelId = null);
