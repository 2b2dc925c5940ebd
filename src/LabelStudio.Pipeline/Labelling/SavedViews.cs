using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Named views of a project's images: one's own and those others share.</summary>
public sealed class SavedViews(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, TimeProvider clock)
{
    private const int LongestQuery = 2000;

    public async Task<IReadOnlyList<SavedViewInfo>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SavedViews.AsNoTracking()
            .Where(view => view.ProjectId == projectId && (view.IsShared || view.UserId == userId))
            .OrderBy(view => view.Name)
            .Select(view => new SavedViewInfo(view.Id, view.Name, view.Query, view.IsShared, view.UserId == userId))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Saves a view; one's own of the same name is replaced.</summary>
    public async Task<Guid> SaveAsync(
        Guid userId, Guid projectId, string name, string query, bool isShared, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > 100 || query is null || query.Length > LongestQuery)
        {
            throw new InvalidRequestException("A view needs a name of 1 to 100 characters and a filter that fits in an address. Shorten it.");
        }

        return await writer.WriteAsync(
            async (db, token) =>
            {
                var view = await db.SavedViews.FirstOrDefaultAsync(
                    view => view.ProjectId == projectId && view.UserId == userId && view.Name == trimmed, token);
                if (view is null)
                {
                    view = new SavedView
                    {
                        Id = Guid.CreateVersion7(clock.GetUtcNow()),
                        ProjectId = projectId,
                        UserId = userId,
                        Name = trimmed,
                        Query = query,
                        CreatedUtc = clock.GetUtcNow().UtcDateTime,
                    };
                    db.SavedViews.Add(view);
                }

                view.Query = query;
                view.IsShared = isShared;
                return view.Id;
            },
            cancellationToken);
    }

    /// <summary>Deletes one's own view; an ML lead may delete a shared one.</summary>
    public async Task DeleteAsync(Guid userId, Guid projectId, Guid viewId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var mayDeleteShared = await access.AllowsAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var deleted = await writer.WriteAsync(
            (db, token) => db.SavedViews
                .Where(view => view.Id == viewId && view.ProjectId == projectId
                    && (view.UserId == userId || (view.IsShared && mayDeleteShared)))
                .ExecuteDeleteAsync(token),
            cancellationToken);
        if (deleted == 0)
        {
            throw new NotFoundException("This view does not exist, or belongs to somebody else. Reload the page.");
        }
    }
}
