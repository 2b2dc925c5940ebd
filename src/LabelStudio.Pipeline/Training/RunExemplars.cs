using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a run with a limited rehearsal memory shows again of the classes that its parent knew.</summary>
public sealed class RunExemplars(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, TrainingMonitor monitor, DatasetSnapshots snapshots)
{
    /// <summary>Class by class, as they were learned. Images that were deleted since are left out, and those whose label the person must not know. Empty: all old images are shown, or the run has not chosen yet. Needs the right to view.</summary>
    /// <exception cref="NotFoundException">There is no such run.</exception>
    public async Task<IReadOnlyList<RunExemplar>> ReadAsync(Guid userId, Guid runId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var run = await db.TrainingRuns.AsNoTracking().Where(item => item.Id == runId).Select(item => new { item.ProjectId, item.DatasetSnapshotId }).SingleOrDefaultAsync(cancellationToken)
            ?? throw TrainingQueue.NotThere();
        await access.DemandAsync(userId, run.ProjectId, StudioRight.View, cancellationToken);
        var ids = monitor.Snapshot(runId).ExemplarIds;
        if (ids.Count == 0)
        {
            return [];
        }
        var learned = (await snapshots.ReadAsync(run.DatasetSnapshotId, cancellationToken)).Entries.ToDictionary(entry => entry.ImageId);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, run.ProjectId, cancellationToken);
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == run.ProjectId).ToDictionaryAsync(item => item.Id, cancellationToken);
        var images = await db.Images.AsNoTracking().Where(image => image.ProjectId == run.ProjectId && EF.Parameter(ids.ToArray()).Contains(image.Id))
            .Select(image => new { image.Id, image.Sha256, image.FileName }).ToListAsync(cancellationToken);
        return [.. images.Where(image => learned.ContainsKey(image.Id) && !hidden.Hide(image.Id))
            .Select(image => (Image: image, Learned: learned[image.Id], Class: classes[learned[image.Id].ClassId]))
            .OrderBy(item => item.Class.Position).ThenBy(item => item.Image.Id)
            .Select(item => new RunExemplar(item.Image.Id, item.Image.Sha256, item.Image.FileName, item.Learned.ClassId, item.Class.Name, item.Learned.IsExample))];
    }
}
