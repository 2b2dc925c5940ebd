using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>The people who may sign in. The last administrator can be neither lowered nor disabled.</summary>
public sealed class PeopleDirectory(IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access)
{
    /// <summary>Whether anybody exists at all: the first start asks for an administrator.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users.AnyAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Person>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await People(db.Users.OrderBy(user => user.DisplayName)).ToListAsync(cancellationToken);
    }

    /// <summary>The person with this id, also for the program itself (names beside labels); null: nobody.</summary>
    public async Task<Person?> FindAsync(Guid personId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await People(db.Users.Where(user => user.Id == personId)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Changes the person's own shown name.</summary>
    public async Task RenameAsync(Guid userId, string displayName, CancellationToken cancellationToken)
    {
        var name = displayName?.Trim() ?? "";
        if (name.Length is 0 or > 100)
        {
            throw new InvalidRequestException("A name has 1 to 100 characters. Enter the name others shall see.");
        }

        await writer.WriteAsync(
            (db, token) => db.Users.Where(user => user.Id == userId)
                .ExecuteUpdateAsync(set => set.SetProperty(user => user.DisplayName, name), token),
            cancellationToken);
    }

    public async Task ChangeRoleAsync(Guid userId, Guid personId, StudioRole role, CancellationToken cancellationToken)
    {
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (role != StudioRole.Administrator)
                {
                    await DemandAnotherAdministratorAsync(db, personId, token);
                }

                DemandFound(await db.Users.Where(user => user.Id == personId)
                    .ExecuteUpdateAsync(set => set.SetProperty(user => user.Role, role), token));
            },
            cancellationToken);
        access.Forget(personId);
    }

    /// <summary>A disabled person cannot sign in, and tokens stop working; labels stay.</summary>
    public async Task SetDisabledAsync(Guid userId, Guid personId, bool isDisabled, CancellationToken cancellationToken)
    {
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        var stamp = Guid.NewGuid().ToString("N");
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (isDisabled)
                {
                    await DemandAnotherAdministratorAsync(db, personId, token);
                }

                // A new security stamp ends the sessions that are open.
                DemandFound(await db.Users.Where(user => user.Id == personId).ExecuteUpdateAsync(
                    set => set.SetProperty(user => user.IsDisabled, isDisabled).SetProperty(user => user.SecurityStamp, stamp), token));
            },
            cancellationToken);
        access.Forget(personId);
    }

    private static IQueryable<Person> People(IQueryable<StudioUser> users) => users.AsNoTracking()
        .Select(user => new Person(user.Id, user.DisplayName, user.Email ?? "", user.Role, user.CreatedUtc, user.IsDisabled));

    private static async Task DemandAnotherAdministratorAsync(StudioDbContext db, Guid personId, CancellationToken cancellationToken)
    {
        if (!await db.Users.AnyAsync(
            user => user.Id != personId && user.Role == StudioRole.Administrator && !user.IsDisabled, cancellationToken))
        {
            throw new InvalidRequestException(
                "This is the last administrator: nobody could manage people any more. Make somebody else administrator first.");
        }
    }

    private static void DemandFound(int changed)
    {
        if (changed == 0)
        {
            throw new NotFoundException("This person does not exist. Reload the page.");
        }
    }
}
