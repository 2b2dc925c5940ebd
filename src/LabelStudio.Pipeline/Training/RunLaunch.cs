using System.Text.Json;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Training;

/// <summary>Launches training runs, and tells before what one would train on.</summary>
public sealed class RunLaunch(ProjectAccess access, TrainingReadiness readiness, DatasetSnapshots snapshots, BackboneRegistry backbones, RunRecords records)
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
        if (parentId is null && TrainingReadiness.TooFew(preflight.Classes.Count(item => item.Train > 0), preflight.TakesSeveralClasses) is { } tooFew)
        {
            throw new InvalidRequestException(tooFew);
        }
        var plan = request.Plan with { Backbone = parentId is null ? StartBackbone(request.Plan, preflight) : preflight.ParentBackbone };
        if (backbones.Find(plan.Backbone) is null)
        {
            throw new InvalidRequestException(backbones.UnknownMessage(plan.Backbone!));
        }
        var snapshotId = request.DatasetSnapshotId ?? (await snapshots.CreateAsync(projectId, cancellationToken)).Id;
        var classes = Trained(preflight.Classes).Select(item => ClassOf(item, isLeftOut: false)).Concat(Trained(preflight.LeftOut).Select(item => ClassOf(item, isLeftOut: true))).ToList();
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

        RunClass ClassOf(ClassReadiness item, bool isLeftOut) =>
            new(item.ClassId, item.Name, item.Colour, parentId is not null && item.IsNew) { IsLeftOut = isLeftOut, MemberIds = item.MemberIds };
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

    /// <summary>Classes that training images show, alone or with others, and the combinations of these, even those that only held-out images have.</summary>
    private static IEnumerable<ClassReadiness> Trained(IReadOnlyList<ClassReadiness> labels)
    {
        var without = labels.Where(item => item is { IsCombination: false, AllTrain: 0 }).Select(item => item.ClassId).ToHashSet();
        return labels.Where(item => item.MemberIds is { } members ? !members.Any(without.Contains) : !without.Contains(item.ClassId));
    }

    /// <summary>The default is not named, so that plans of one effect are equal.</summary>
    private string? StartBackbone(TrainingPlan plan, Preflight preflight) =>
        preflight.ExtractorId is not null || plan.Backbone == backbones.Default.Name ? null : plan.Backbone;
}
