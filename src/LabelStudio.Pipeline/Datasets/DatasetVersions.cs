using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>Dataset snapshots as people work with them: listed, held against each other, their labels given back.</summary>
public sealed class DatasetVersions(
    IDbContextFactory<StudioDbContext> contexts, DatasetSnapshots snapshots, ProjectAccess access, ImageLabeller labeller)
{
    /// <summary>The project's versions, newest first. Needs the right to view.</summary>
    public async Task<IReadOnlyList<DatasetVersion>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.DatasetSnapshots.AsNoTracking().Where(snapshot => snapshot.ProjectId == projectId)
            .OrderBy(snapshot => snapshot.CreatedUtc).ThenBy(snapshot => snapshot.Id)
            .ToListAsync(cancellationToken);
        return
        [
            .. rows.Select((row, index) => new DatasetVersion(
                row.Id, projectId, index + 1, row.CreatedUtc, row.OntologyVersion, row.TrainCount, row.ValidationCount, row.TestCount)).Reverse(),
        ];
    }

    /// <summary>What a version holds. Needs the right to view.</summary>
    public async Task<DatasetManifest> ReadAsync(Guid userId, Guid projectId, Guid versionId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return await SeenAsync(userId, await ReadOfAsync(projectId, versionId, cancellationToken), cancellationToken);
    }

    /// <summary>Freezes the labels of now; labels that were frozen before, unchanged, give that version. Needs the right to train.</summary>
    /// <returns>The version's id.</returns>
    public async Task<Guid> FreezeAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Train, cancellationToken);
        return (await snapshots.CreateAsync(projectId, cancellationToken)).Id;
    }

    /// <summary>What changed from one version to another. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project of both.</param>
    /// <param name="fromId">The first.</param>
    /// <param name="toId">The second; null: the labels of now.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<DatasetDifference> CompareAsync(
        Guid userId, Guid projectId, Guid fromId, Guid? toId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var first = await ReadOfAsync(projectId, fromId, cancellationToken);
        var second = toId is { } id
            ? await ReadOfAsync(projectId, id, cancellationToken)
            : await snapshots.GatherAsync(Guid.Empty, projectId, cancellationToken);
        return DatasetDifference.Between(
            await SeenAsync(userId, first, cancellationToken), await SeenAsync(userId, second, cancellationToken));
    }

    /// <summary>Whether two versions hold the same images of a split, with the same labels. Needs the right to view.</summary>
    public async Task<bool> HaveSameAsync(Guid userId, Guid projectId, Guid oneId, Guid otherId, Split split, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        return oneId == otherId || Of(await ReadOfAsync(projectId, oneId, cancellationToken)).SetEquals(Of(await ReadOfAsync(projectId, otherId, cancellationToken)));

        HashSet<(long, Guid)> Of(DatasetManifest manifest) => [.. manifest.Entries.Where(entry => entry.Split == split).Select(entry => (entry.ImageId, entry.ClassId))];
    }

    /// <summary>What restoring a version's labels would do. Changes nothing. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="versionId">The version.</param>
    /// <param name="clearsOthers">Also take the label off images that the version does not hold.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<LabelRestore> PreviewRestoreAsync(
        Guid userId, Guid projectId, Guid versionId, bool clearsOthers, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var manifest = await SeenAsync(userId, await ReadOfAsync(projectId, versionId, cancellationToken), cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var now = await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .Select(image => new { image.Id, image.LabelClassId })
            .ToDictionaryAsync(image => image.Id, image => hidden.Hide(image.Id) ? null : image.LabelClassId, cancellationToken);
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken);
        var takesSeveral = await db.TakesSeveralClassesAsync(projectId, cancellationToken);
        return Plan(manifest, now, classes, takesSeveral, clearsOthers);
    }

    /// <summary>
    /// Gives the images of a version the labels they had in it, as one action that one undo takes back. Needs the right to
    /// manage the project: it overwrites what others decided since.
    /// </summary>
    /// <returns>The number of images changed.</returns>
    public async Task<int> RestoreAsync(Guid userId, Guid projectId, Guid versionId, bool clearsOthers, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var restore = await PreviewRestoreAsync(userId, projectId, versionId, clearsOthers, cancellationToken);
        return (await labeller.DecideTogetherAsync(userId, projectId, restore.Decisions(), cancellationToken)).Changed;
    }

    private static LabelRestore Plan(
        DatasetManifest manifest, Dictionary<long, Guid?> now, List<ClassDefinition> classes, bool takesSeveral, bool clearsOthers)
    {
        List<LabelChange> relabelled = [], labelled = [], cleared = [];
        var (deleted, archived, several) = (0, 0, 0);
        var known = MergedClasses.Present(classes);
        foreach (var entry in manifest.Entries)
        {
            if (!now.TryGetValue(entry.ImageId, out var present))
            {
                deleted++;
            }
            else if (known.GetValueOrDefault(entry.ClassId) is not { } wanted)
            {
                archived++;
            }
            else if (wanted.IsCombination && !takesSeveral)
            {
                several++;
            }
            else if (present != wanted.Id)
            {
                (present is null ? labelled : relabelled).Add(new LabelChange(entry.ImageId, present, wanted.Id));
            }
        }

        if (clearsOthers)
        {
            var held = manifest.Entries.Select(entry => entry.ImageId).ToHashSet();
            cleared.AddRange(now.Where(image => image.Value is not null && !held.Contains(image.Key)).Select(image => new LabelChange(image.Key, image.Value, null)));
        }

        return new LabelRestore(relabelled, labelled, cleared, deleted, archived) { SeveralCount = several };
    }

    /// <summary>Without the images whose label the person must not see.</summary>
    private async Task<DatasetManifest> SeenAsync(Guid userId, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, manifest.ProjectId, cancellationToken);
        return hidden.ImageIds.Count == 0
            ? manifest
            : manifest with { Entries = [.. manifest.Entries.Where(entry => !hidden.Hide(entry.ImageId))] };
    }

    private async Task<DatasetManifest> ReadOfAsync(Guid projectId, Guid versionId, CancellationToken cancellationToken)
    {
        var manifest = await snapshots.ReadAsync(versionId, cancellationToken);
        return manifest.ProjectId == projectId
            ? manifest
            : throw new NotFoundException("The dataset version belongs to another project. Open it from that project's list of versions.");
    }
}
