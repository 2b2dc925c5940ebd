using System.Text.Json;
using LabelStudio.Learning.Backbones;
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
    BackboneRegistry backbones,
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
        var preflight = await readiness.LookAsync(projectId, request.DatasetSnapshotId, request.ClassIds, cancellationToken);
        if (preflight.Problem is { } problem)
        {
            throw new InvalidRequestException(problem);
        }
        if (request.Plan.Layers != TrainedLayers.HeadOnly && preflight.WhyHeadOnly(request.FromPretrained) is { } why)
        {
            throw new InvalidRequestException(why);
        }
        var parentId = request.FromPretrained ? null : preflight.ParentModelId;
        if (parentId is null && TrainingReadiness.TooFew(preflight.Classes.Count(item => item.Train > 0)) is { } tooFew)
        {
            throw new InvalidRequestException(tooFew);
        }
        var plan = request.Plan with { Backbone = parentId is null ? StartBackbone(request.Plan, preflight) : preflight.ParentBackbone };
        if (backbones.Find(plan.Backbone) is null)
        {
            throw new InvalidRequestException(backbones.UnknownMessage(plan.Backbone!));
        }
        var snapshotId = request.DatasetSnapshotId ?? (await snapshots.CreateAsync(projectId, cancellationToken)).Id;
        var classes = preflight.Classes.Concat(preflight.LeftOut).Where(item => item.Train > 0)
            .Select(item => new RunClass(item.ClassId, item.Name, item.Colour, parentId is not null && item.IsNew) { IsLeftOut = preflight.LeftOut.Contains(item) }).ToList();
        return await records.AddAsync(
            number => new TrainingRun
            {
                Id = Guid.CreateVersion7(),
                ProjectId = projectId,
                Name = string.IsNullOrWhiteSpace(request.Name) ? $"Run {number}" : request.Name.Trim(),
                Layers = plan.Layers,
                Epochs = plan.Epochs,
                PlanJson = plan.ToJson(),
                ClassesJson = JsonSerializer.Serialize(classes),
                ChecksJson = JsonSerializer.Serialize<IEnumerable<LaunchCheck>>([.. preflight.Warnings.Select(warning => new LaunchCheck(LaunchCheckKind.Data, true, warning)), .. request.Checks]),
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
    /// <param name="classIds">The classes to train; null: all that have training images.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Preflight> PreflightAsync(
        Guid userId, Guid projectId, Guid? snapshotId, IReadOnlyCollection<Guid>? classIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await readiness.LookAsync(projectId, snapshotId, classIds, cancellationToken);
    }

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

    /// <summary>The default is not named, so that plans of one effect are equal.</summary>
    private string? StartBackbone(TrainingPlan plan, Preflight preflight) =>
        preflight.ExtractorId is not null || plan.Backbone == backbones.Default.Name ? null : plan.Backbone;

    private static NotFoundException NotThere() => new("The training run is not there any more.");

    private static Task<List<Guid>> QueueAsync(StudioDbContext db, CancellationToken cancellationToken) =>
        db.TrainingRuns.Where(run => run.State == RunState.Queued).OrderBy(run => run.CreatedUtc).ThenBy(run => run.Id)
            .Select(run => run.Id).ToListAsync(cancellationToken);

    private static int? PositionOf(Guid runId, List<Guid> queue) => queue.IndexOf(runId) is >= 0 and var index ? index + 1 : null;
}
