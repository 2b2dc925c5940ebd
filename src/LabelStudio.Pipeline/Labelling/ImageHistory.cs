using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Who did what to an image, and when.</summary>
public sealed class ImageHistory(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, ImageLibrary images)
{
    private const int Longest = 200;

    /// <summary>The latest acts, newest first.</summary>
    public async Task<IReadOnlyList<ImageHistoryEntry>> ListAsync(Guid userId, long imageId, CancellationToken cancellationToken)
    {
        // Reading the image demands the right to view it.
        var image = await images.GetAsync(userId, imageId, cancellationToken);
        var seesVotes = await access.AllowsAsync(userId, image.ProjectId, StudioRight.ManageClasses, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, image.ProjectId, cancellationToken);
        var isHidden = hidden.Hide(image.Id);
        var entries = await (
            from annotation in db.Annotations.AsNoTracking()
            // Who is still to vote must not see what others said; of a hidden check, not what anybody else decided, nor the person before it was one.
            where annotation.ImageId == image.Id && (isHidden
                ? annotation.Kind == AnnotationKind.Flag || annotation.Kind == AnnotationKind.Unflag
                    || (annotation.UserId == userId && (annotation.Kind == AnnotationKind.Vote || annotation.Kind == AnnotationKind.Clear || annotation.Kind == AnnotationKind.Skip))
                : annotation.Kind != AnnotationKind.Vote || annotation.UserId == userId || seesVotes)
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
                annotation.SuggestionSource,
                annotation.DiscardReason,
                annotation.Source)).Take(Longest).ToListAsync(cancellationToken);
        return isHidden ? entries.ConvertAll(entry => entry with { Kind = ImageChanges.AsSaid(entry.Kind, entry.ClassId) }) : entries;
    }
}
