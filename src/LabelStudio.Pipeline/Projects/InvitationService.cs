using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>Invites people: makes one-time codes, shows what a code gives, and gives it once.</summary>
public sealed class InvitationService(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, TimeProvider clock)
{
    private static readonly TimeSpan DefaultValidity = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestValidity = TimeSpan.FromDays(60);

    public async Task<CreatedInvitation> CreateAsync(Guid userId, NewInvitation invitation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        var validFor = invitation.ValidFor ?? DefaultValidity;
        if (validFor <= TimeSpan.Zero || validFor > LongestValidity)
        {
            throw new InvalidRequestException($"An invitation is valid for at most {LongestValidity.Days} days. Choose a shorter time.");
        }

        if (invitation is { ProjectId: not null, Role: StudioRole.Administrator })
        {
            throw new InvalidRequestException("An administrator is invited to the whole server, not to one project. Leave the project out.");
        }

        var code = OneTimeSecret.New();
        var now = clock.GetUtcNow().UtcDateTime;
        var created = new Invitation
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            CodeHash = OneTimeSecret.HashOf(code),
            Email = string.IsNullOrWhiteSpace(invitation.Email) ? null : invitation.Email.Trim(),
            Role = invitation.Role,
            ProjectId = invitation.ProjectId,
            ExpiresUtc = now + validFor,
            CreatedBy = userId,
            CreatedUtc = now,
        };
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (created.ProjectId is { } projectId && !await db.Projects.AnyAsync(project => project.Id == projectId, token))
                {
                    throw ProjectCatalog.Missing();
                }

                db.Invitations.Add(created);
            },
            cancellationToken);
        return new CreatedInvitation(created.Id, code, created.ExpiresUtc);
    }

    /// <summary>All invitations, newest first, those used and expired too.</summary>
    public async Task<IReadOnlyList<InvitationInfo>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Infos(db, db.Invitations.OrderByDescending(invitation => invitation.CreatedUtc).Take(500))
            .ToListAsync(cancellationToken);
    }

    public async Task RevokeAsync(Guid userId, Guid invitationId, CancellationToken cancellationToken)
    {
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        var deleted = await writer.WriteAsync(
            (db, token) => db.Invitations
                .Where(invitation => invitation.Id == invitationId && invitation.AcceptedUtc == null)
                .ExecuteDeleteAsync(token),
            cancellationToken);
        if (deleted == 0)
        {
            throw new NotFoundException("This invitation does not exist, or was accepted already. Reload the page.");
        }
    }

    /// <summary>What the code gives; null when it is unknown, used or expired.</summary>
    public async Task<InvitationInfo?> PeekAsync(string code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        var hash = OneTimeSecret.HashOf(code);
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Infos(db, db.Invitations.Where(invitation =>
                invitation.CodeHash == hash && invitation.AcceptedUtc == null && invitation.ExpiresUtc > now))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Uses the code up and gives its role to the new person, both or neither.</summary>
    public async Task MarkAcceptedAsync(string code, Guid newUserId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        var hash = OneTimeSecret.HashOf(code);
        var now = clock.GetUtcNow().UtcDateTime;
        await writer.WriteAsync(
            async (db, token) =>
            {
                var invitation = await db.Invitations.FirstOrDefaultAsync(
                    invitation => invitation.CodeHash == hash && invitation.AcceptedUtc == null && invitation.ExpiresUtc > now, token)
                    ?? throw new ConflictException("This invitation was used already or has expired. Ask for a new one.");
                invitation.AcceptedUtc = now;
                invitation.AcceptedBy = newUserId;
                await GiveAsync(db, invitation, newUserId, token);
            },
            cancellationToken);
        access.Forget(newUserId);
    }

    private static async Task GiveAsync(StudioDbContext db, Invitation invitation, Guid newUserId, CancellationToken cancellationToken)
    {
        if (invitation.ProjectId is not { } projectId)
        {
            // By hand: SaveChanges of a tracked user would need Identity's own concurrency stamp.
            await db.Users.Where(user => user.Id == newUserId)
                .ExecuteUpdateAsync(set => set.SetProperty(user => user.Role, invitation.Role), cancellationToken);
            return;
        }

        if (await db.ProjectMembers.FindAsync([projectId, newUserId], cancellationToken) is { } member)
        {
            member.Role = invitation.Role > member.Role ? invitation.Role : member.Role;
        }
        else
        {
            db.ProjectMembers.Add(new ProjectMember { ProjectId = projectId, UserId = newUserId, Role = invitation.Role });
        }
    }

    private static IQueryable<InvitationInfo> Infos(StudioDbContext db, IQueryable<Invitation> invitations) =>
        from invitation in invitations.AsNoTracking()
        select new InvitationInfo(
            invitation.Id,
            invitation.Email,
            invitation.Role,
            invitation.ProjectId,
            db.Projects.Where(project => project.Id == invitation.ProjectId).Select(project => project.Name).FirstOrDefault(),
            invitation.CreatedUtc,
            invitation.ExpiresUtc,
            invitation.AcceptedUtc);
}
