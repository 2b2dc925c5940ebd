namespace LabelStudio.Pipeline.Promotion;

/// <summary>A name that points at one of a project's model versions and can be moved.</summary>
public sealed class ModelAlias
{
    /// <summary>The version that answers. No row has this name: it is kept with the project, which always knows its one.</summary>
    public const string Production = "production";

    /// <summary>The version that is looked at next: the newest, until somebody points elsewhere.</summary>
    public const string Candidate = "candidate";

    public required Guid ProjectId { get; init; }

    public required string Name { get; init; }

    public required Guid ModelVersionId { get; set; }
}
