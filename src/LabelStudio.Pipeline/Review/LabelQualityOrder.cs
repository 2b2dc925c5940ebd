using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Orders labelled images by how well their labels fit, as the last search for label errors judged them.</summary>
public sealed class LabelQualityOrder(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, QualityPlans plans, LabelErrorSearch search)
{
    /// <summary>
    /// All images of a filter; labels that were not judged, or changed since, come last in the filter's order. Searches
    /// where nobody has searched yet: seconds for 10,000 labels. Needs the right to view.
    /// </summary>
    /// <param name="isBestFirst">Else the most doubtful labels come first.</param>
    public async Task<IReadOnlyList<long>> SortAsync(
        Guid userId, Guid projectId, ImageFilter filter, bool isBestFirst, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await plans.DemandSuggestionsAsync(userId, projectId, cancellationToken);
        var found = await search.FindAsync(projectId, again: false, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var images = await (await db.Images.AsNoTracking().MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken)).Sorted(filter.Sort)
            .Select(image => new { image.Id, image.LabelClassId })
            .ToListAsync(cancellationToken);
        // The sort is stable: what was not judged keeps its order. How good a hidden label is would tell who asks whether they guessed it.
        return [.. images.OrderBy(image => !hidden.Hide(image.Id) && found.Qualities.TryGetValue(image.Id, out var judged) && judged.ClassId == image.LabelClassId
                ? isBestFirst ? -judged.Quality : judged.Quality
                : double.PositiveInfinity)
            .Select(image => image.Id)];
    }
}
