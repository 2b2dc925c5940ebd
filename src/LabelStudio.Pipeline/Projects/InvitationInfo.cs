namespace LabelStudio.Pipeline.Projects;

public sealed record InvitationInfo(
    Guid Id,
    string? Email,
    StudioRole Role,
    Guid? ProjectId,
    string? ProjectName,
    DateTime CreatedUtc,
    DateTime ExpiresUtc,
    DateTime? AcceptedUtc);
