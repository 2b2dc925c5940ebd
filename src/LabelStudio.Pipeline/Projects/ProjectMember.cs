namespace LabelStudio.Pipeline.Projects;

/// <summary>Raises a person's role on one project.</summary>
public sealed class ProjectMember
{
    public required Guid ProjectId { get; init; }

    public required Guid UserId { get; init; }

    public required StudioRole Role { get; set; }
}
