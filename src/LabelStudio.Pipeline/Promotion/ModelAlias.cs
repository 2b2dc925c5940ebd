namespace LabelStudio.Pipeline.Promotion;

/// <summary>A name that points at one of a project's model versions and can be moved. "production" is kept with the project.</summary>
public sealed class ModelAlias
{
    /// <summary>The version that is looked at next: the newest, until somebody points elsewhere.</summary>
    public const string Candidate = "candidate";

    public required Guid ProjectId { get; init; }

    public required string Name { get; init; }

    public required Guid ModelVersionId { get; set; }
}
