using System.Text.Json;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Bulk jobs on the disk, and what of them is still to do.</summary>
public sealed class BulkJobRows(IDbContextFactory<StudioDbContext> contexts, StudioWriter writer)
{
    private const int MostLeftOutIds = 1000;

    /// <summary>In place of the person's last one.</summary>
    /// <exception cref="ConflictException">That is not done.</exception>
    internal async Task<BulkJob> AddAsync(Guid userId, Guid projectId, BulkOrder order, CancellationToken cancellationToken)
    {
        var parts = order.Chunks().ToList();
        var job = new BulkJob
        {
            Id = Guid.CreateVersion7(),
            ProjectId = projectId,
            UserId = userId,
            Action = order.Action,
            Kind = order.Kind,
            Split = order.Split,
            OnlyUnlabelled = order.OnlyUnlabelled,
            AsOf = order.AsOf,
            Total = parts.Sum(chunk => chunk.Sum(part => part.ImageIds.Count)),
        };
        var chunks = parts.ConvertAll(chunk => new BulkChunk { JobId = job.Id, PartsJson = JsonSerializer.Serialize(chunk) });
        await writer.WriteAsync(
            async (db, token) =>
            {
                var earlier = db.Set<BulkJob>().Where(last => last.ProjectId == projectId && last.UserId == userId);
                if (await earlier.AnyAsync(last => last.State == BulkJobState.Running, token))
                {
                    throw new ConflictException("Your last action on many images is still running. Wait for its end, or cancel it.");
                }

                await earlier.ExecuteDeleteAsync(token);
                db.Add(job);
                db.AddRange(chunks);
            },
            cancellationToken);
        return job;
    }

    internal async Task<BulkJobStatus?> LastAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var job = await db.Set<BulkJob>().AsNoTracking().FirstOrDefaultAsync(last => last.ProjectId == projectId && last.UserId == userId, cancellationToken);
        return job is null ? null : BulkJobStatus.Of(job);
    }

    /// <summary>All that are to go on.</summary>
    internal async Task<IReadOnlyList<BulkJob>> RunningAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<BulkJob>().AsNoTracking().Where(job => job.State == BulkJobState.Running).ToListAsync(cancellationToken);
    }

    /// <summary>How the job stands and what it does next; null: nothing is left.</summary>
    internal async Task<(BulkJob Job, BulkChunk Chunk, IReadOnlyList<BulkPart> Parts)?> NextAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var next = await (
            from chunk in db.Set<BulkChunk>().AsNoTracking()
            where chunk.JobId == jobId
            join job in db.Set<BulkJob>().AsNoTracking() on chunk.JobId equals job.Id
            orderby chunk.Id
            select new { job, chunk }).FirstOrDefaultAsync(cancellationToken);
        return next is null ? null : (next.job, next.chunk, JsonSerializer.Deserialize<List<BulkPart>>(next.chunk.PartsJson)!);
    }

    /// <summary>In the transaction that did the chunk.</summary>
    internal static async Task AdvanceAsync(
        StudioDbContext db, BulkChunk chunk, int images, BulkResult result, Guid? moveId, CancellationToken cancellationToken)
    {
        await db.Set<BulkChunk>().Where(row => row.Id == chunk.Id).ExecuteDeleteAsync(cancellationToken);
        var job = await db.Set<BulkJob>().SingleAsync(row => row.Id == chunk.JobId, cancellationToken);
        job.Done += images;
        job.Changed += result.Changed;
        job.LeftOut += result.LeftOut.Count;
        job.LeftOutIds = [.. job.LeftOutIds.Concat(result.LeftOut).Take(MostLeftOutIds)];
        job.Problem ??= result.Refusal;
        job.MoveIds = moveId is { } id ? [.. job.MoveIds, id] : job.MoveIds;
    }

    /// <param name="problem">Why it failed; null: where it changed nothing because all was refused, that.</param>
    internal Task EndAsync(Guid jobId, BulkJobState state, string? problem, CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            await db.Set<BulkChunk>().Where(chunk => chunk.JobId == jobId).ExecuteDeleteAsync(token);
            if (await db.Set<BulkJob>().FirstOrDefaultAsync(row => row.Id == jobId, token) is { } job)
            {
                job.Problem = problem ?? job.Problem;
                job.State = state == BulkJobState.Done && job is { Changed: 0, Problem: not null } ? BulkJobState.Failed : state;
            }
        },
        cancellationToken);
}
