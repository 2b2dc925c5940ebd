using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

public sealed partial class ProjectCatalog
{
    /// <summary>Everybody who may sign in, with the role that holds in this project.</summary>
    public async Task<IReadOnlyList<ProjectMemberInfo>> MembersAsync(
        Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from user in db.Users.AsNoTracking()
            where !user.IsDisabled
            join member in db.ProjectMembers.Where(member => member.ProjectId == projectId)
                on user.Id equals member.UserId into members
            from member in members.DefaultIfEmpty()
            orderby user.DisplayName
            select new { user.Id, user.DisplayName, user.Email, user.Role, ProjectRole = (StudioRole?)member.Role })
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(row => new ProjectMemberInfo(
                row.Id,
                row.DisplayName,
                row.Email ?? "",
                row.Role,
                row.ProjectRole,
                row.ProjectRole is { } raised && raised > row.Role ? raised : row.Role)),
        ];
    }

    /// <summary>Raises a person's role in this project; a role not above the general one changes nothing.</summary>
    public async Task SetMemberAsync(
        Guid userId, Guid projectId, Guid memberId, StudioRole role, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        if (role == StudioRole.Administrator)
        {
            throw new InvalidRequestException(
                "Administrator is a role of the whole server, not of one project. Choose ML lead, or change the role on the page People.");
        }

        await writer.WriteAsync(
            async (db, token) =>
            {
                if (!await db.Projects.AnyAsync(project => project.Id == projectId, token))
                {
                    throw Missing();
                }

                if (!await db.Users.AnyAsync(user => user.Id == memberId, token))
                {
                    throw new NotFoundException("This person does not exist. Reload the page.");
                }

                if (await db.ProjectMembers.FindAsync([projectId, memberId], token) is { } member)
                {
                    member.Role = role;
                }
                else
                {
                    db.ProjectMembers.Add(new ProjectMember { ProjectId = projectId, UserId = memberId, Role = role });
                }
            },
            cancellationToken);
        access.Forget(memberId);
        signals.Publish(projectId, ChangeTopic.Project);
    }

    /// <summary>Takes the raised role away; the general one stays.</summary>
    public async Task RemoveMemberAsync(Guid userId, Guid projectId, Guid memberId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        await writer.WriteAsync(
            (db, token) => db.ProjectMembers
                .Where(member => member.ProjectId == projectId && member.UserId == memberId)
                .ExecuteDeleteAsync(token),
            cancellationToken);
        access.Forget(memberId);
        signals.Publish(projectId, ChangeTopic.Project);
    }
}
