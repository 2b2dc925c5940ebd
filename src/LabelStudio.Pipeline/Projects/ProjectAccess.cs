using System.Collections.Concurrent;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>Answers whether a person holds a right; kept in memory until somebody changes it. Thread-safe.</summary>
public sealed class ProjectAccess(IDbContextFactory<StudioDbContext> contexts)
{
    private readonly ConcurrentDictionary<Guid, UserRoles> _known = new();
    private long _forgotten;

    /// <exception cref="AccessDeniedException">The person lacks the right in this project.</exception>
    public async Task DemandAsync(Guid userId, Guid projectId, StudioRight right, CancellationToken cancellationToken)
    {
        if (!await AllowsAsync(userId, projectId, right, cancellationToken))
        {
            throw Denied(right);
        }
    }

    public async Task<bool> AllowsAsync(Guid userId, Guid projectId, StudioRight right, CancellationToken cancellationToken) =>
        (await RolesAsync(userId, cancellationToken)).In(projectId)?.Includes(right) ?? false;

    /// <exception cref="AccessDeniedException">The person lacks the right in general.</exception>
    public async Task DemandGlobalAsync(Guid userId, StudioRight right, CancellationToken cancellationToken)
    {
        if (!await AllowsGlobalAsync(userId, right, cancellationToken))
        {
            throw Denied(right);
        }
    }

    public async Task<bool> AllowsGlobalAsync(Guid userId, StudioRight right, CancellationToken cancellationToken) =>
        (await RolesAsync(userId, cancellationToken)).Global?.Includes(right) ?? false;

    /// <summary>Somebody who may sign in, whatever their rights.</summary>
    public async Task<bool> IsKnownAsync(Guid userId, CancellationToken cancellationToken) =>
        (await RolesAsync(userId, cancellationToken)).Global is not null;

    /// <summary>The role in one project; null: nobody, or disabled.</summary>
    public async Task<StudioRole?> RoleAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) =>
        (await RolesAsync(userId, cancellationToken)).In(projectId);

    /// <summary>To be called after each change of a person's roles.</summary>
    public void Forget(Guid userId)
    {
        Interlocked.Increment(ref _forgotten);
        _known.TryRemove(userId, out _);
    }

    private async ValueTask<UserRoles> RolesAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(userId, out var known))
        {
            return known;
        }

        var before = Interlocked.Read(ref _forgotten);
        var read = await ReadAsync(userId, cancellationToken);

        // Something was forgotten while this was read: it may be out of date already, so it serves this one question only.
        if (Interlocked.Read(ref _forgotten) == before)
        {
            _known[userId] = read;
        }

        return read;
    }

    private async Task<UserRoles> ReadAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var global = await db.Users.AsNoTracking()
            .Where(user => user.Id == userId && !user.IsDisabled)
            .Select(user => (StudioRole?)user.Role)
            .FirstOrDefaultAsync(cancellationToken);
        if (global is null)
        {
            return new UserRoles(null, new Dictionary<Guid, StudioRole>());
        }

        var members = await db.ProjectMembers.AsNoTracking()
            .Where(member => member.UserId == userId)
            .ToDictionaryAsync(member => member.ProjectId, member => member.Role, cancellationToken);
        return new UserRoles(global, members);
    }

    private static AccessDeniedException Denied(StudioRight right) => new(right switch
    {
        StudioRight.View => "You may not see this. Ask an administrator for access.",
        StudioRight.Label => "You may look at this project, but not label in it. Ask an administrator for the role Annotator.",
        StudioRight.ManageClasses or StudioRight.Upload or StudioRight.Train or StudioRight.Promote
            or StudioRight.ManageProject => "This needs the role ML lead. Ask an administrator for it.",
        StudioRight.Administer => "Only an administrator may do this.",
    });

    private sealed record UserRoles(StudioRole? Global, Dictionary<Guid, StudioRole> Projects)
    {
        public StudioRole? In(Guid projectId) =>
            Global is { } global && Projects.TryGetValue(projectId, out var raised) && raised > global ? raised : Global;
    }
}
