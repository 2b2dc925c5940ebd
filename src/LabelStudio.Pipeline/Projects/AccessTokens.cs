using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>Keys for programs: made, listed, revoked by their owner; checked at each call.</summary>
public sealed class AccessTokens(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, TimeProvider clock)
{
    private const string Start = "lsn_";

    /// <summary>Start and the first random digits: by these the row is found, they are no secret.</summary>
    private const int PrefixLength = 12;

    /// <summary>A time of last use is for people: one write a minute is exact enough.</summary>
    private static readonly TimeSpan LastUseStep = TimeSpan.FromMinutes(1);

    public async Task<CreatedAccessToken> CreateAsync(Guid userId, NewAccessToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        await DemandScopesAsync(userId, token.Scopes, cancellationToken);
        var name = token.Name.Trim();
        if (name.Length is 0 or > 100)
        {
            throw new InvalidRequestException("An access token needs a name of 1 to 100 characters, so that you know it again.");
        }

        if (token.ValidFor <= TimeSpan.Zero)
        {
            throw new InvalidRequestException("An access token must be valid for some time. Choose a later end, or none.");
        }

        var secret = Start + OneTimeSecret.New();
        var now = clock.GetUtcNow().UtcDateTime;
        var created = new AccessToken
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            UserId = userId,
            Name = name,
            Prefix = secret[..PrefixLength],
            Hash = OneTimeSecret.HashOf(secret),
            Scopes = token.Scopes,
            ExpiresUtc = token.ValidFor is { } validFor ? now + validFor : null,
            CreatedUtc = now,
        };
        await writer.WriteAsync((db, _) => Task.FromResult(db.AccessTokens.Add(created)), cancellationToken);
        return new CreatedAccessToken(Info(created), secret);
    }

    /// <summary>The person's own tokens, newest first, those revoked too.</summary>
    public async Task<IReadOnlyList<AccessTokenInfo>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var tokens = await db.AccessTokens.AsNoTracking()
            .Where(token => token.UserId == userId)
            .OrderByDescending(token => token.CreatedUtc)
            .ToListAsync(cancellationToken);
        return [.. tokens.Select(Info)];
    }

    public async Task RevokeAsync(Guid userId, Guid tokenId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var revoked = await writer.WriteAsync(
            (db, token) => db.AccessTokens
                .Where(item => item.Id == tokenId && item.UserId == userId && item.RevokedUtc == null)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.RevokedUtc, now), token),
            cancellationToken);
        if (revoked == 0)
        {
            throw new NotFoundException("This access token does not exist, or was revoked already. Reload the page.");
        }
    }

    /// <summary>Whose token it is and what it may do; null: unknown, expired, revoked, or its owner is disabled.</summary>
    public async Task<ValidatedToken?> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        if (token is null || token.Length <= PrefixLength || !token.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        var prefix = token[..PrefixLength];
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.AccessTokens.AsNoTracking().FirstOrDefaultAsync(item => item.Prefix == prefix, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        if (found is null
            || !OneTimeSecret.Matches(token, found.Hash)
            || found.RevokedUtc is not null
            || found.ExpiresUtc <= now
            || !await access.IsKnownAsync(found.UserId, cancellationToken))
        {
            return null;
        }

        if (found.LastUsedUtc is not { } lastUsed || now - lastUsed >= LastUseStep)
        {
            await writer.WriteAsync(
                (context, stop) => context.AccessTokens.Where(item => item.Id == found.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(item => item.LastUsedUtc, now), stop),
                cancellationToken);
        }

        return new ValidatedToken(found.Id, found.UserId, found.Scopes);
    }

    private async Task DemandScopesAsync(Guid userId, AccessScopes scopes, CancellationToken cancellationToken)
    {
        if (scopes == AccessScopes.None)
        {
            throw new InvalidRequestException("An access token must be allowed something. Choose at least one use.");
        }

        // In one project a person may hold more than in general: the rights are checked again at each call.
        if (!await access.IsKnownAsync(userId, cancellationToken))
        {
            throw new AccessDeniedException("You may not sign in any more, so no token can be made.");
        }

        if (scopes.HasFlag(AccessScopes.Worker))
        {
            await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        }
    }

    private static AccessTokenInfo Info(AccessToken token) => new(
        token.Id, token.Name, token.Prefix, token.Scopes, token.CreatedUtc, token.ExpiresUtc, token.LastUsedUtc, token.RevokedUtc);
}
