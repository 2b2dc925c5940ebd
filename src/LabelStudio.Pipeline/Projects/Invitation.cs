namespace LabelStudio.Pipeline.Projects;

/// <summary>A one-time way in. Only the hash of the code is kept.</summary>
public sealed class Invitation
{
    public required Guid Id { get; init; }

    public required string CodeHash { get; init; }

    public string? Email { get; init; }

    public required StudioRole Role { get; init; }

    public Guid? ProjectId { get; init; }

    public required DateTime ExpiresUtc { get; set; }

    public required Guid CreatedBy { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public DateTime? AcceptedUtc { get; set; }

    public Guid? AcceptedBy { get; set; }
}
