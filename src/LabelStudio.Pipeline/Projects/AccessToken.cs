namespace LabelStudio.Pipeline.Projects;

/// <summary>A key for programs. The secret itself is never kept, only its SHA-256.</summary>
public sealed class AccessToken
{
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    public required string Name { get; init; }

    /// <summary>The public start of the secret, by which the row is found.</summary>
    public required string Prefix { get; init; }

    public required string Hash { get; init; }

    public required AccessScopes Scopes { get; init; }

    public DateTime? ExpiresUtc { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public DateTime? LastUsedUtc { get; set; }

    public DateTime? RevokedUtc { get; set; }
}
