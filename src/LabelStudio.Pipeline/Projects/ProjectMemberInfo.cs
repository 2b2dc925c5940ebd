namespace LabelStudio.Pipeline.Projects;

/// <summary>A person in one project: <paramref name="Role"/> is what holds there, the higher of the two.</summary>
public sealed record ProjectMemberInfo(
    Guid UserId,
    string DisplayName,
    string Email,
    StudioRole GlobalRole,
    StudioRole? ProjectRole,
    StudioRole Role);
