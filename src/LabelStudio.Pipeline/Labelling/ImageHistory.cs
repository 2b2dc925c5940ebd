using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Who did what to an image, and when.</summary>
public sealed class ImageHistory(IDbContextFactory<StudioDbContext> contexts, ImageLibrary images)
{
    private const int Longest = 200;

    /// <summary>The latest acts, newest first.</summary>
    public async Task<IReadOnlyList<ImageHistoryEntry>> ListAsync(Guid userId, long imageId, CancellationToken cancellationToken)
    {
        // Reading the image demands the right to view it.
        var image = await images.GetAsync(userId, imageId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ImageId == image.Id
            orderby annotation.Id descending
            select new ImageHistoryEntry(
                annotation.DecisionId,
                annotation.Kind,
                annotation.ClassId,
                annotation.Origin,
                annotation.CreatedUtc,
                db.Users.Where(user => user.Id == annotation.UserId).Select(user => user.DisplayName).FirstOrDefault(),
                annotation.SuggestedClassId,
                annotation.SuggestedProbability,
                annotation.SuggestionSource)).Take(Longest).ToListAsync(cancellationToken);
    }
}
