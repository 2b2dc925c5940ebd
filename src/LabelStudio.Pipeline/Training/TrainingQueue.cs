using System.Text.Json;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Training runs as people see them, with their place in the queue. <see cref="RunLaunch"/> adds them, <see cref="RunControl"/>
/// stops them; trainers come in by <see cref="RunDispatch"/>.
/// </summary>
public sealed class TrainingQueue(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, RunRecords records, RunCheckpoints checkpoints)
{
    /// <summary>The project's runs, newest first, those that were archived among them.</summary>
    public async Task<IReadOnlyList<RunSummary>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var queue = await QueueAsync(db, cancellationToken);
        var runs = await db.TrainingRuns.AsNoTracking().Where(run => run.ProjectId == projectId)
            .OrderByDescending(run => run.CreatedUtc).ThenByDescending(run => run.Id)
            .Select(run => new { Run = run, Name = db.Users.Where(user => user.Id == run.CreatedBy).Select(user => user.DisplayName).FirstOrDefault() })
            .ToListAsync(cancellationToken);
        return [.. runs.Select(item => new RunSummary(
            item.Run.Id,
            item.Run.Name,
            item.Run.State,
            item.Run.Layers,
            item.Run.Epochs,
            item.Run.CreatedUtc,
            item.Run.StartedUtc,
            item.Run.EndedUtc,
            item.Name ?? "",
            item.Run.StopReason,
            item.Run.Failure,
            item.Run.ModelVersionId,
            PositionOf(item.Run.Id, queue),
            item.Run.DatasetSnapshotId)
        {
            Tags = RunNotes.TagsOf(item.Run.Tags),
            IsPausing = item.Run.Order == RunOrder.Pause,
            CanResume = item.Run.CanResume,
            Device = item.Run.Device,
            IsArchived = item.Run.IsArchived,
        })];
    }

    public async Task<RunDetails> GetAsync(Guid userId, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.TrainingRuns.AsNoTracking().SingleOrDefaultAsync(item => item.Id == runId, cancellationToken) ?? throw NotThere();
        await access.DemandAsync(userId, run.ProjectId, StudioRight.View, cancellationToken);
        records.TeachState(run);
        var snapshot = await db.DatasetSnapshots.AsNoTracking().SingleOrDefaultAsync(item => item.Id == run.DatasetSnapshotId, cancellationToken);
        var createdBy = await db.Users.Where(user => user.Id == run.CreatedBy).Select(user => user.DisplayName).FirstOrDefaultAsync(cancellationToken);
        return new RunDetails
        {
            Id = run.Id,
            ProjectId = run.ProjectId,
            Name = run.Name,
            Notes = RunNotes.Of(run.Name, run.Note, run.Tags),
            State = run.State,
            Plan = TrainingPlan.FromJson(run.PlanJson),
            DatasetSnapshotId = run.DatasetSnapshotId,
            TrainCount = snapshot?.TrainCount ?? 0,
            ValidationCount = snapshot?.ValidationCount ?? 0,
            TestCount = snapshot?.TestCount ?? 0,
            ParentModelId = run.ParentModelId,
            ExtractorId = run.ExtractorId,
            Classes = [.. run.ClassesByLeftOut()[false]],
            LeftOut = [.. run.ClassesByLeftOut()[true]],
            Checks = run.ChecksJson is { } checks ? JsonSerializer.Deserialize<List<LaunchCheck>>(checks) : null,
            CreatedByName = createdBy ?? "",
            CreatedUtc = run.CreatedUtc,
            StartedUtc = run.StartedUtc,
            EndedUtc = run.EndedUtc,
            StopReason = run.StopReason,
            Failure = run.Failure,
            Worker = run.Worker,
            Device = run.Device,
            ModelVersionId = run.ModelVersionId,
            IsPausing = run.Order == RunOrder.Pause,
            CanResume = run.CanResume,
            IsArchived = run.IsArchived,
            CheckpointEpoch = checkpoints.EpochOf(runId),
            QueuePosition = PositionOf(run.Id, await QueueAsync(db, cancellationToken)),
        };
    }

    /// <summary>Runs of the project that ended after this moment, as they ended; those that somebody cancelled are left out. Needs the right to view.</summary>
    public async Task<IReadOnlyList<EndedRun>> EndedSinceAsync(Guid userId, Guid projectId, DateTime sinceUtc, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.TrainingRuns.AsNoTracking()
            .Where(run => run.ProjectId == projectId && run.EndedUtc > sinceUtc)
            .Where(run => run.State == RunState.Succeeded || run.State == RunState.Failed || run.State == RunState.Interrupted)
            .OrderBy(run => run.EndedUtc)
            .Select(run => new EndedRun(run.Id, run.Name, run.State, run.EndedUtc!.Value))
            .ToListAsync(cancellationToken);
    }

    internal static NotFoundException NotThere() => new("The training run is not there any more.");

    private static Task<List<Guid>> QueueAsync(StudioDbContext db, CancellationToken cancellationToken) =>
        db.TrainingRuns.Where(run => run.State == RunState.Queued).OrderBy(run => run.CreatedUtc).ThenBy(run => run.Id)
            .Select(run => run.Id).ToListAsync(cancellationToken);

    private static int? PositionOf(Guid runId, List<Guid> queue) => queue.IndexOf(runId) is >= 0 and var index ? index + 1 : null;
}
