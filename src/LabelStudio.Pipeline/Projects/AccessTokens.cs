namespace LabelStudio.Pipeline.Projects;

/// <summary>Keys for programs: made, listed, revoked by their owner; checked at each call.</summary>
public sealed class AccessTokens
{
    public Task<CreatedAccessToken> CreateAsync(Guid userId, NewAccessToken token, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<IReadOnlyList<AccessTokenInfo>> ListAsync(Guid userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task RevokeAsync(Guid userId, Guid tokenId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Whose token it is and what it may do; null: unknown, expired, revoked, or its owner is disabled.</summary>
    public Task<ValidatedToken?> ValidateAsync(string token, CancellationToken cancellationToken) => throw new NotImplementedException();
}
