using LabelStudio.Learning.Duplicates;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Compares all images of a project by perceptual hash and embedding.</summary>
public sealed class NearDuplicateSearch(
    IDbContextFactory<StudioDbContext> contexts, EmbeddingStores stores, PictureHashes hashes)
{
    internal static async Task<long> LastImageIdAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        await db.Images.Where(image => image.ProjectId == projectId).MaxAsync(image => (long?)image.Id, cancellationToken) ?? 0;

    internal async Task<NearDuplicateFound> FindAsync(Guid projectId, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var lastImageId = await LastImageIdAsync(db, projectId, cancellationToken);
        var images = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.State != ImageState.Discarded && image.Id <= lastImageId)
            .OrderBy(image => image.Id)
            .Select(image => new Picture(image.Id, image.Sha256, image.Extension))
            .ToArrayAsync(cancellationToken);
        var byContent = await hashes.GetAsync([.. images.Select(image => (image.Sha256, image.Extension))], progress, cancellationToken);
        PerceptualHash?[] bits = [.. images.Select(image => byContent[image.Sha256])];
        var sets = await Task.Run(() => Compare(images, bits, stores.ServingOf(projectId), cancellationToken), cancellationToken);
        return new(
            [.. sets.Select(set => set.Select(image => images[image].Id).ToArray())],
            images.Length,
            bits.Count(hash => hash is null),
            lastImageId);
    }

    private static IReadOnlyList<int[]> Compare(Picture[] images, PerceptualHash?[] bits, EmbeddingStore? store, CancellationToken cancellationToken) =>
        Learning.Duplicates.NearDuplicateSearch.Find(
            bits,
            store?.EmbeddingSize ?? 0,
            image => store is not null && store.TryGet(images[image].Sha256, out var embedding) ? embedding : ReadOnlyMemory<float>.Empty,
            NearDuplicateOptions.Default,
            cancellationToken);

    private sealed record Picture(long Id, string Sha256, string Extension);
}
