using System.Numerics.Tensors;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Features;

/// <summary>Finds images that look like one, by their embeddings.</summary>
public sealed class SimilarImages(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, EmbeddingStores stores)
{
    /// <summary>The most similar images of a filter, the image itself first. Images without embedding are left out.</summary>
    /// <exception cref="InvalidRequestException">The image has no embedding yet.</exception>
    public async Task<IReadOnlyList<SimilarImage>> FindAsync(
        Guid userId, Guid projectId, long imageId, ImageFilter filter, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var sha256 = await db.Images.Where(image => image.Id == imageId && image.ProjectId == projectId)
            .Select(image => image.Sha256)
            .FirstOrDefaultAsync(cancellationToken) ?? throw ImageLibrary.Missing();
        if (stores.ServingOf(projectId) is not { } store || !store.TryGet(sha256, out var wanted))
        {
            throw new InvalidRequestException("This image was not read by the model yet, so nothing can be compared with it. Try again in a moment.");
        }

        var best = new PriorityQueue<long, double>(count + 1);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var images = (await db.Images.AsNoTracking().MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken)).Select(image => new { image.Id, image.Sha256 });
        await foreach (var image in images.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (!store.TryGet(image.Sha256, out var embedding))
            {
                continue;
            }

            best.Enqueue(image.Id, TensorPrimitives.CosineSimilarity(wanted.Span, embedding.Span));
            if (best.Count > count)
            {
                best.Dequeue();
            }
        }

        return [.. best.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element).Select(item => new SimilarImage(item.Element, item.Priority))];
    }

    /// <summary>How similar these images are to one; images without embedding are left out.</summary>
    public async Task<IReadOnlyDictionary<long, double>> CompareAsync(
        Guid userId, Guid projectId, long imageId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken) =>
        (await FindAsync(userId, projectId, imageId, new ImageFilter { Ids = imageIds }, Math.Max(1, imageIds.Count), cancellationToken))
        .ToDictionary(image => image.ImageId, image => image.Similarity);
}
