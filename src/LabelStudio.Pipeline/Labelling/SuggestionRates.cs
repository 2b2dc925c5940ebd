using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Counts how often suggestions are taken, for each source of them.</summary>
public sealed class SuggestionRates(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access)
{
    /// <summary>All sources that ever suggested to somebody who labels by hand, the most used first. Needs the right to view.</summary>
    public async Task<IReadOnlyList<SuggestionRate>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rates = await db.Annotations.AsNoTracking()
            .Where(annotation => annotation.ProjectId == projectId
                && annotation.SuggestionSource != null
                && (annotation.Kind == AnnotationKind.Label || annotation.Kind == AnnotationKind.Vote)
                && (annotation.Origin == AnnotationOrigin.Accepted || annotation.Origin == AnnotationOrigin.Corrected))
            .GroupBy(annotation => annotation.SuggestionSource!)
            .Select(group => new { group.Key, Suggested = group.Count(), Accepted = group.Count(item => item.Origin == AnnotationOrigin.Accepted) })
            .ToListAsync(cancellationToken);
        return [.. rates.OrderByDescending(rate => rate.Suggested).Select(rate => new SuggestionRate(rate.Key, rate.Suggested, rate.Accepted))];
    }
}
