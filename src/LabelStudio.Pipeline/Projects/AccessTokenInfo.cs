namespace LabelStudio.Pipeline.Projects;

public sealed record AccessTokenInfo(
    Guid Id,
    string Name,
    string Prefix,
    AccessScopes Scopes,
    DateTime CreatedUtc,
    DateTime? ExpiresUtc,
    DateTime? LastUsedUtc,
    DateTime? RevokedUtc);
