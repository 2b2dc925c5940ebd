using System.Runtime.CompilerServices;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Where the queue looks for images, chunk by chunk, so that the front of 200,000 costs no more than that of 200.</summary>
internal sealed class QueueCandidates(StudioDbContext db, Guid projectId, LeaseBook book, long[]? order)
{
    private const int Chunk = 128;

    public IAsyncEnumerable<IReadOnlyList<long>> InOrderAsync(QueueOrder queueOrder, CancellationToken cancellationToken) => queueOrder switch
    {
        QueueOrder.Random => RandomAsync(cancellationToken),
        QueueOrder.Oldest => OldestAsync(cancellationToken),
        _ => PublishedAsync(cancellationToken),
    };

    /// <summary>
    /// Of leased images those that are still unlabelled, in the given order. Only after the lease is this sure: whoever had
    /// one before gave it back after the commit.
    /// </summary>
    public async Task<List<LabellingTask>> VerifyAsync(Guid userId, TakenLeases leases, CancellationToken cancellationToken)
    {
        var leased = leases.ImageIds;
        var ids = leased.ToArray();
        var images = await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(ids).Contains(image.Id) && image.ProjectId == projectId && image.State == ImageState.Unlabelled)
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        var gone = leased.Where(id => !images.ContainsKey(id)).ToList();
        if (gone.Count > 0)
        {
            book.Release(userId, gone);
            book.MarkGone(order, gone);
        }

        return [.. leased.Where(images.ContainsKey).Select(id => LabellingTasks.Of(images[id], leases.Number))];
    }

    /// <summary>The published order; then, for images nobody has scored yet, the oldest first.</summary>
    private async IAsyncEnumerable<IReadOnlyList<long>> PublishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (order is not null)
        {
            foreach (var chunk in book.Remaining(order).Chunk(Chunk))
            {
                yield return chunk;
            }
        }

        await foreach (var chunk in OldestAsync(cancellationToken))
        {
            yield return chunk;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<long>> OldestAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = long.MinValue;
        while (true)
        {
            var ids = await db.Images.AsNoTracking()
                .Where(image => image.ProjectId == projectId && image.State == ImageState.Unlabelled && image.Id > after)
                .OrderBy(image => image.Id)
                .Select(image => image.Id)
                .Take(Chunk)
                .ToListAsync(cancellationToken);
            if (ids.Count == 0)
            {
                yield break;
            }

            after = ids[^1];
            yield return ids;
        }
    }

    /// <summary>By content hash: as good as random, the same for all, and an index has it.</summary>
    private async IAsyncEnumerable<IReadOnlyList<long>> RandomAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
#pragma warning disable CA1309 // Runs in the database, which compares its own way; a comparison argument has no translation.
            var rows = await db.Images.AsNoTracking()
                .Where(image => image.ProjectId == projectId
                    && image.State == ImageState.Unlabelled
                    && string.Compare(image.Sha256, after) > 0)
#pragma warning restore CA1309
                .OrderBy(image => image.Sha256)
                .Select(image => new { image.Id, image.Sha256 })
                .Take(Chunk)
                .ToListAsync(cancellationToken);
            if (rows.Count == 0)
            {
                yield break;
            }

            after = rows[^1].Sha256;
            yield return [.. rows.Select(row => row.Id)];
        }
    }
}
