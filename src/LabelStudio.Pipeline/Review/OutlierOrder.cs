using LabelStudio.Learning.Duplicates;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// Orders images by how little they look like the others of their class, those without a label like each other. Measured once
/// for all images of a project and kept: who works through the order must not see it change at each label. Measured anew
/// when many images have joined or changed.
/// </summary>
public sealed class OutlierOrder(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, EmbeddingStores stores) : IDisposable
{
    /// <summary>A tenth of the images joined or changed: what was measured says little of the rest.</summary>
    private const int PartChanged = 10;
    private const int Seed = 1;
    private readonly KeptSearches<Found> _searches = new();

    public void Dispose() => _searches.Dispose();

    /// <summary>
    /// All images of a filter, those least like the others first. Images without embedding, and those whose label changed since,
    /// come last in the filter's order. Needs the right to view.
    /// </summary>
    public async Task<IReadOnlyList<long>> SortAsync(Guid userId, Guid projectId, ImageFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var measured = await MeasuredAsync(db, projectId, cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var images = await (await db.Images.AsNoTracking().MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken)).Sorted(filter.Sort)
            .Select(image => new { image.Id, image.LabelClassId })
            .ToListAsync(cancellationToken);
        // The sort is stable: what was not measured keeps its order. A hidden label's distance would tell something of it.
        return [.. images.OrderByDescending(image => !hidden.Hide(image.Id) && measured.TryGetValue(image.Id, out var outlier) && outlier.ClassId == image.LabelClassId
                ? outlier.Distance
                : double.NegativeInfinity)
            .Select(image => image.Id)];
    }

    private async Task<IReadOnlyDictionary<long, (Guid? ClassId, double Distance)>> MeasuredAsync(
        StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        if (stores.ServingOf(projectId) is not { } store)
        {
            return new Dictionary<long, (Guid?, double)>();
        }

        var embedded = await EmbeddedImages.ReadAsync(db, projectId, store, cancellationToken);
        var found = await _searches.FindAsync(
            projectId, kept => IsGood(kept, embedded, store) ? Task.FromResult(kept!) : MeasureAsync(embedded, store, cancellationToken), cancellationToken);
        return found.Images;
    }

    private static bool IsGood(Found? kept, EmbeddedImages embedded, EmbeddingStore store) => kept?.Store == store
        && embedded.Rows.Count(image => !kept.Images.TryGetValue(image.Id, out var known) || known.ClassId != image.LabelClassId) * PartChanged <= embedded.Rows.Count;

    private static async Task<Found> MeasureAsync(EmbeddedImages embedded, EmbeddingStore store, CancellationToken cancellationToken)
    {
        var images = embedded.Rows;
        var groups = images.Select(image => image.LabelClassId ?? Guid.Empty).Distinct().Index().ToDictionary(item => item.Item, item => item.Index);
        var distances = await Task.Run(
            () => Outliers.Scores(
                [.. images.Select(image => groups[image.LabelClassId ?? Guid.Empty])], embedded.Embedding, Outliers.DefaultNeighbours, Seed, cancellationToken),
            cancellationToken);
        return new Found(store, images.Index().ToDictionary(item => item.Item.Id, item => (item.Item.LabelClassId, distances[item.Index])));
    }

    private sealed record Found(EmbeddingStore Store, IReadOnlyDictionary<long, (Guid? ClassId, double Distance)> Images);
}
