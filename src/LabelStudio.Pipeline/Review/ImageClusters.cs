using LabelStudio.Learning.LabelOrder;
using LabelStudio.Pipeline.Features;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// Groups of images that look alike, found once for all images of a project and kept: who labels one group must not see the
/// others change. Found anew when many images have joined.
/// </summary>
public sealed class ImageClusters(IDbContextFactory<StudioDbContext> contexts, EmbeddingStores stores) : IDisposable
{
    private const int MostClusters = 40;
    private const int Seed = 1;
    private readonly KeptSearches<Found> _searches = new();

    public void Dispose() => _searches.Dispose();

    /// <summary>Number of the cluster of each image, the largest 0, and how near its middle it is: 0 is the nearest.</summary>
    internal async Task<IReadOnlyDictionary<long, (int Cluster, int Place)>> OfAsync(Guid projectId, CancellationToken cancellationToken)
    {
        if (stores.ServingOf(projectId) is not { } store)
        {
            return new Dictionary<long, (int, int)>();
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var embedded = await EmbeddedImages.ReadAsync(db, projectId, store, cancellationToken);
        var found = await _searches.FindAsync(
            projectId,
            kept => kept?.Store == store && embedded.Rows.Count <= kept.Images * 5 / 4 ? Task.FromResult(kept) : SearchAsync(embedded, store, cancellationToken),
            cancellationToken);
        return found.Clusters;
    }

    private static async Task<Found> SearchAsync(EmbeddedImages embedded, EmbeddingStore store, CancellationToken cancellationToken)
    {
        var images = embedded.Rows;
        var groups = await Task.Run(
            () => LabelOrdering.Groups(embedded.Embedding, images.Count, CountFor(images.Count), Seed, cancellationToken), cancellationToken);
        var clusters = groups
            .SelectMany((rows, cluster) => rows.Select((row, place) => (images[row].Id, Of: (cluster, place))))
            .ToDictionary(item => item.Id, item => item.Of);
        return new Found(store, images.Count, clusters);
    }

    /// <summary>Half the images' root of groups, the usual rule: few enough to look through, small enough to be alike.</summary>
    private static int CountFor(int images) => Math.Clamp((int)Math.Round(Math.Sqrt(images / 2.0)), 1, MostClusters);

    private sealed record Found(EmbeddingStore Store, int Images, IReadOnlyDictionary<long, (int Cluster, int Place)> Clusters);
}
