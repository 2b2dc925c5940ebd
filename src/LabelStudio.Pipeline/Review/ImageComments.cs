using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>What people write about images, and whether it is settled.</summary>
public sealed class ImageComments(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, ImageLibrary images, ChangeSignals signals, TimeProvider clock)
{
    public const int LongestText = 2000;

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<CommentInfo>> ListAsync(Guid userId, long imageId, CancellationToken cancellationToken)
    {
        // Reading the image demands the right to view it.
        var image = await images.GetAsync(userId, imageId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from comment in db.Set<ImageComment>().AsNoTracking()
            where comment.ImageId == image.Id
            orderby comment.Id
            select new CommentInfo(
                comment.Id,
                comment.ImageId,
                comment.UserId,
                db.Users.Where(user => user.Id == comment.UserId).Select(user => user.DisplayName).FirstOrDefault(),
                comment.Text,
                comment.CreatedUtc,
                comment.ResolvedUtc,
                db.Users.Where(user => user.Id == comment.ResolvedBy).Select(user => user.DisplayName).FirstOrDefault())).ToListAsync(cancellationToken);
    }

    /// <summary>The project's comments that wait for an answer: those that call the person first, then the newest.</summary>
    public async Task<IReadOnlyList<OpenComment>> ListOpenAsync(Guid userId, Guid projectId, int count, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var name = await db.Users.Where(user => user.Id == userId).Select(user => user.DisplayName).FirstOrDefaultAsync(cancellationToken) ?? "";
        var open = await (
            from comment in db.Set<ImageComment>().AsNoTracking()
            where comment.ProjectId == projectId && comment.ResolvedUtc == null
            join image in db.Images on comment.ImageId equals image.Id
            orderby comment.Id descending
            select new OpenComment(
                comment.Id,
                image.Id,
                image.Sha256,
                image.FileName,
                db.Users.Where(user => user.Id == comment.UserId).Select(user => user.DisplayName).FirstOrDefault(),
                comment.Text,
                comment.CreatedUtc,
                false)).ToListAsync(cancellationToken);
        return
        [
            .. open.Select(comment => comment with { MentionsYou = Mentions.Calls(comment.Text, name) })
                .OrderByDescending(comment => comment.MentionsYou)
                .Take(Math.Clamp(count, 1, 500)),
        ];
    }

    /// <summary>How many comments of these images are not settled; images without any are left out.</summary>
    public async Task<IReadOnlyDictionary<long, int>> OpenCountsAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Open comments are few: the index over them gives all, and no list of ids goes to the database.
        var open = await db.Set<ImageComment>().AsNoTracking()
            .Where(comment => comment.ProjectId == projectId && comment.ResolvedUtc == null)
            .GroupBy(comment => comment.ImageId)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var wanted = imageIds.ToHashSet();
        return open.Where(row => wanted.Contains(row.Key)).ToDictionary(row => row.Key, row => row.Count);
    }

    /// <summary>Needs the right to label.</summary>
    public async Task AddAsync(Guid userId, long imageId, string text, CancellationToken cancellationToken)
    {
        var image = await images.GetAsync(userId, imageId, cancellationToken);
        await access.DemandAsync(userId, image.ProjectId, StudioRight.Label, cancellationToken);
        var trimmed = text?.Trim() ?? "";
        if (trimmed.Length is 0 or > LongestText)
        {
            throw new InvalidRequestException($"A comment has 1 to {LongestText} characters. Write something, or shorten it.");
        }

        await writer.WriteAsync(
            (db, _) => Task.FromResult(db.Add(new ImageComment
            {
                ProjectId = image.ProjectId,
                ImageId = imageId,
                UserId = userId,
                Text = trimmed,
                CreatedUtc = clock.GetUtcNow().UtcDateTime,
            })),
            cancellationToken);
        signals.Publish(image.ProjectId, ChangeTopic.Labels);
    }

    /// <summary>Settles a comment, or opens it again. Needs the right to label.</summary>
    public async Task ResolveAsync(Guid userId, Guid projectId, long commentId, bool isResolved, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var now = clock.GetUtcNow().UtcDateTime;
        await writer.WriteAsync(
            async (db, token) =>
            {
                var comment = await db.Set<ImageComment>().FirstOrDefaultAsync(item => item.Id == commentId && item.ProjectId == projectId, token)
                    ?? throw new NotFoundException("This comment does not exist any more. Reload the page.");
                comment.ResolvedUtc = isResolved ? now : null;
                comment.ResolvedBy = isResolved ? userId : null;
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Labels);
    }
}
