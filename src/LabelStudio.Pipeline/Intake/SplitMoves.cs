using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Brings images into another split by hand, and back. Frozen dataset snapshots keep what they have. All of it needs the
/// right to manage the project.
/// </summary>
public sealed class SplitMoves(StudioWriter writer, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>A statement takes so many.</summary>
    internal const int ImagesAtATime = 5000;

    public async Task<SplitMoveResult> MoveAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, Split split, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        return await MoveSomeAsync(userId, projectId, imageIds, split, null, cancellationToken);
    }

    /// <summary>Whoever calls has seen to the right.</summary>
    internal async Task<SplitMoveResult> MoveSomeAsync(
        Guid userId,
        Guid projectId,
        IReadOnlyCollection<long> imageIds,
        Split split,
        SavedAlongside<SplitMoveResult>? alongside,
        CancellationToken cancellationToken)
    {
        var result = await writer.WriteAsync(
            async (db, token) =>
            {
                var from = await SplitsAsync(db, projectId, imageIds, token);
                var move = new SplitMove
                {
                    Id = Guid.CreateVersion7(clock.GetUtcNow()),
                    ProjectId = projectId,
                    UserId = userId,
                    MovedUtc = clock.GetUtcNow().UtcDateTime,
                    To = split,
                    FromTrain = Of(Split.Train),
                    FromValidation = Of(Split.Validation),
                    FromTest = Of(Split.Test),
                };
                await SetAsync(db, projectId, Moved(move), split, token);
                var count = Moved(move).Length;
                if (count > 0)
                {
                    db.Add(move);
                }

                var result = new SplitMoveResult(count == 0 ? null : move.Id, count);
                await (alongside?.Invoke(db, result, token) ?? Task.CompletedTask);
                return result;

                long[] Of(Split other) => other == split ? [] : [.. from.Where(image => image.Split == other).Select(image => image.Id)];
            },
            cancellationToken);
        Publish(projectId, result.Count);
        return result;
    }

    /// <summary>Takes a move back. Images that were moved again since stay where they are.</summary>
    /// <returns>The number of images that went back.</returns>
    public async Task<int> UndoAsync(Guid userId, Guid projectId, Guid moveId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var count = await writer.WriteAsync(
            async (db, token) =>
            {
                var move = await db.Set<SplitMove>().FirstOrDefaultAsync(item => item.Id == moveId && item.ProjectId == projectId, token)
                    ?? throw new NotFoundException("This change of splits is not known in the project. Reload the page.");
                if (move.UndoneUtc is not null)
                {
                    return 0;
                }

                move.UndoneUtc = clock.GetUtcNow().UtcDateTime;
                var there = (await SplitsAsync(db, projectId, Moved(move), token)).Where(image => image.Split == move.To)
                    .Select(image => image.Id).ToHashSet();
                foreach (var (ids, split) in new[] { (move.FromTrain, Split.Train), (move.FromValidation, Split.Validation), (move.FromTest, Split.Test) })
                {
                    await SetAsync(db, projectId, [.. ids.Where(there.Contains)], split, token);
                }

                return there.Count;
            },
            cancellationToken);
        Publish(projectId, count);
        return count;
    }

    private static long[] Moved(SplitMove move) => [.. move.FromTrain, .. move.FromValidation, .. move.FromTest];

    private static async Task<List<(long Id, Split Split)>> SplitsAsync(
        StudioDbContext db, Guid projectId, IEnumerable<long> imageIds, CancellationToken cancellationToken)
    {
        var found = new List<(long, Split)>();
        foreach (var some in imageIds.Distinct().Chunk(ImagesAtATime))
        {
            found.AddRange(await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(some).Contains(image.Id))
                .Select(image => ValueTuple.Create(image.Id, image.Split))
                .ToListAsync(cancellationToken));
        }

        return found;
    }

    private static async Task SetAsync(
        StudioDbContext db, Guid projectId, long[] imageIds, Split split, CancellationToken cancellationToken)
    {
        foreach (var some in imageIds.Chunk(ImagesAtATime))
        {
            await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(some).Contains(image.Id))
                .ExecuteUpdateAsync(row => row.SetProperty(image => image.Split, split), cancellationToken);
        }
    }

    private void Publish(Guid projectId, int count)
    {
        if (count > 0)
        {
            signals.Publish(projectId, ChangeTopic.Images);
        }
    }
}
