using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>Deletes what runs leave behind that nobody comes back for: folders of deleted runs, and old checkpoints.</summary>
public sealed class RunLeftovers(StudioPaths paths, IDbContextFactory<StudioDbContext> contexts, RunCheckpoints checkpoints, TimeProvider clock)
{
    /// <summary>A run that failed or was interrupted can be resumed for so long; after that it begins at its start.</summary>
    public static readonly TimeSpan CheckpointsKeptFor = TimeSpan.FromDays(30);

    /// <returns>How many folders were deleted.</returns>
    public async Task<int> DeleteAsync(CancellationToken cancellationToken)
    {
        // The folders first: a run that is launched meanwhile has its row before its folder.
        var folders = Directory.GetDirectories(paths.Runs);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = await db.TrainingRuns.AsNoTracking().Select(run => new { run.Id, run.State, run.EndedUtc }).ToDictionaryAsync(run => run.Id, cancellationToken);
        var before = clock.GetUtcNow().UtcDateTime - CheckpointsKeptFor;
        var deleted = 0;
        foreach (var folder in folders)
        {
            if (!Guid.TryParseExact(Path.GetFileName(folder), "D", out var runId))
            {
                continue;
            }
            if (!runs.TryGetValue(runId, out var run))
            {
                Directory.Delete(folder, recursive: true);
                deleted++;
            }
            else if (checkpoints.EpochOf(runId) is not null && run.State.IsEnded() && (!run.State.CanGoOn() || run.EndedUtc < before))
            {
                checkpoints.Delete(runId);
                deleted++;
            }
        }
        return deleted;
    }
}
