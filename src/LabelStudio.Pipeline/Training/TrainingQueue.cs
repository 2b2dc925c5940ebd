using System.Text.Json;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>Training runs as people see them: launched, listed, looked at. <see cref="RunControl"/> stops them; trainers come in by <see cref="RunDispatch"/>.</summary>
public sealed class TrainingQueue(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    TrainingReadiness readiness,
    DatasetSnapshots snapshots,
    RunRecords records,
    RunCheckpoints checkpoints)
{
    /// <summary>What the trainers of this program can train: pages offer nothing else, and nothing else is queued.</summary>
    public static IReadOnlyCollection<TrainedLayers> SupportedLayers { get; } = Enum.GetValues<TrainedLayers>();

    /// <summary>Freezes the labelled data and queues a run. Needs the right to train.</summary>
    /// <returns>The id of the run.</returns>
    public async Task<Guid> LaunchAsync(Guid userId, Guid projectId, LaunchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await access.DemandAsync(userId, projectId, StudioRight.Train, cancellationToken);
        if (request.Plan.Validate() is { Count: > 0 } problems)
        {
            throw new InvalidRequestException(string.Join(" ", problems));
        }
        var preflight = await readiness.LookAsync(projectId, request.DatasetSnapshotId, cancellationToken);
        if (preflight.Problem is { } problem)
        {
            throw new InvalidRequestException(problem);
        }
        if (request.Plan.Layers != TrainedLayers.HeadOnly && preflight.FrozenExtractor is { } extractor && (preflight.ExtractorId is not null || !request.FromPretrained))
        {
            throw new InvalidRequestException(
                $"Only a head can be trained on the feature extractor '{extractor}': it is frozen, its weights are not open to training. Train the head only, or have the project use the backbone that comes with the program and start from the pretrained weights.");
        }
        var snapshotId = request.DatasetSnapshotId ?? (await snapshots.CreateAsync(projectId, cancellationToken)).Id;
        var parentId = request.FromPretrained ? null : preflight.ParentModelId;
        var classes = preflight.Classes.Where(item => item.Train > 0)
            .Select(item => new RunClass(item.ClassId, item.Name, item.Colour, parentId is not null && item.IsNew)).ToList();
        return await records.AddAsync(
            number => new TrainingRun
            {
                Id = Guid.CreateVersion7(),
                ProjectId = projectId,
                Name = string.IsNullOrWhiteSpace(request.Name) ? $"Run {number}" : request.Name.Trim(),
                Layers = request.Plan.Layers,
                Epochs = request.Plan.Epochs,
                PlanJson = request.Plan.ToJson(),
                ClassesJson = JsonSerializer.Serialize(classes),
                DatasetSnapshotId = snapshotId,
                ParentModelId = parentId,
                ExtractorId = parentId is null ? preflight.ExtractorId : null,
                CreatedBy = userId,
                CreatedUtc = records.Now,
            },
            projectId,
            cancellationToken);
    }

    /// <summary>What a run launched now would train on. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="snapshotId">A frozen version; null: the labels of now.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Preflight> PreflightAsync(Guid userId, Guid projectId, Guid? snapshotId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await readiness.LookAsync(projectId, snapshotId, cancellationToken);
    }

    /// <summary>The project's runs, newest first.</summary>
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
            Classes = JsonSerializer.Deserialize<List<RunClass>>(run.ClassesJson) ?? [],
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
            CheckpointEpoch = checkpoints.EpochOf(runId),
            QueuePosition = PositionOf(run.Id, await QueueAsync(db, cancellationToken)),
        };
    }

    private static NotFoundException NotThere() => new("The training run is not there any more.");

    private static Task<List<Guid>> QueueAsync(StudioDbContext db, CancellationToken cancellationToken) =>
        db.TrainingRuns.Where(run => run.State == RunState.Queued).OrderBy(run => run.CreatedUtc).ThenBy(run => run.Id)
            .Select(run => run.Id).ToListAsync(cancellationToken);

    private static int? PositionOf(Guid runId, List<Guid> queue) => queue.IndexOf(runId) is >= 0 and var index ? index + 1 : null;
}
