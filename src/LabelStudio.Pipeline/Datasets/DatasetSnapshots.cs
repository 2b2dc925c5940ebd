using System.Security.Cryptography;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>Freezes the labels of a project, for training and evaluation on the very same images.</summary>
public sealed class DatasetSnapshots(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, StudioPaths paths, TimeProvider clock)
{
    /// <summary>
    /// Writes all labelled images of classes in use to a manifest: a line of facts and classes, then one line for each image.
    /// When nothing changed since the last snapshot, that one is given back: runs on the same labels then share it.
    /// </summary>
    public async Task<DatasetSnapshot> CreateAsync(Guid projectId, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var manifest = await GatherAsync(id, projectId, cancellationToken);
        if (await SameAsLastAsync(manifest, cancellationToken) is { } last)
        {
            return last;
        }

        var hash = await WriteAsync(manifest, cancellationToken);
        var snapshot = new DatasetSnapshot
        {
            Id = id,
            ProjectId = projectId,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
            OntologyVersion = manifest.OntologyVersion,
            TrainCount = manifest.Entries.Count(entry => entry.Split == Split.Train),
            ValidationCount = manifest.Entries.Count(entry => entry.Split == Split.Validation),
            TestCount = manifest.Entries.Count(entry => entry.Split == Split.Test),
            ManifestSha256 = hash,
        };
        await writer.WriteAsync((db, _) => Task.FromResult(db.DatasetSnapshots.Add(snapshot)), cancellationToken);
        return snapshot;
    }

    /// <summary>Reads a frozen manifest and checks it against its hash.</summary>
    public async Task<DatasetManifest> ReadAsync(Guid snapshotId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var snapshot = await db.DatasetSnapshots.AsNoTracking()
            .FirstOrDefaultAsync(snapshot => snapshot.Id == snapshotId, cancellationToken)
            ?? throw new NotFoundException("This dataset snapshot does not exist: its project may have been deleted.");
        var path = PathOf(snapshotId);
        if (!File.Exists(path))
        {
            throw new StudioException($"The dataset snapshot '{path}' is missing. Put the file back from a backup of the data folder.");
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == snapshot.ManifestSha256
            ? ManifestFile.Parse(bytes)
            : throw new StudioException($"The dataset snapshot '{path}' was changed. Put the file back from a backup of the data folder.");
    }

    /// <summary>What a snapshot taken now would hold: labelled images of each class in use, in the classes' order.</summary>
    public async Task<IReadOnlyList<ClassSplitCount>> PreviewAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var counts = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.LabelClassId != null)
            .GroupBy(image => new { image.LabelClassId, image.Split })
            .Select(group => new { group.Key.LabelClassId, group.Key.Split, Count = group.Count() })
            .ToListAsync(cancellationToken);
        var classes = await ClassesAsync(db, projectId, cancellationToken);
        return [.. classes.Select(item => new ClassSplitCount(
            item.Id, item.Name, Count(item.Id, Split.Train), Count(item.Id, Split.Validation), Count(item.Id, Split.Test))
        {
            MemberIds = item.MemberIds,
        })];

        int Count(Guid classId, Split split) =>
            counts.Find(row => row.LabelClassId == classId && row.Split == split)?.Count ?? 0;
    }

    private async Task<DatasetSnapshot?> SameAsLastAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var last = await db.DatasetSnapshots.AsNoTracking().Where(snapshot => snapshot.ProjectId == manifest.ProjectId)
            .OrderByDescending(snapshot => snapshot.CreatedUtc).ThenByDescending(snapshot => snapshot.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (last is null || last.TrainCount + last.ValidationCount + last.TestCount != manifest.Entries.Count || !File.Exists(PathOf(last.Id)))
        {
            return null;
        }

        try
        {
            var frozen = await ReadAsync(last.Id, cancellationToken);
            return frozen.OntologyVersion == manifest.OntologyVersion
                && frozen.Classes.SequenceEqual(manifest.Classes) && frozen.Entries.SequenceEqual(manifest.Entries) ? last : null;
        }
        catch (StudioException)
        {
            // A damaged manifest is no version to train on; a new one is written.
            return null;
        }
    }

    private string PathOf(Guid snapshotId) => Path.Combine(paths.Datasets, $"{snapshotId:N}.jsonl");

    /// <summary>Images of each class of a manifest by split, in the classes' order.</summary>
    public static IReadOnlyList<ClassSplitCount> CountsOf(DatasetManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var counts = manifest.Entries.CountBy(entry => (entry.ClassId, entry.Split)).ToDictionary();
        return [.. manifest.Classes.Select(item => new ClassSplitCount(
            item.Id,
            item.Name,
            counts.GetValueOrDefault((item.Id, Split.Train)),
            counts.GetValueOrDefault((item.Id, Split.Validation)),
            counts.GetValueOrDefault((item.Id, Split.Test)))
        {
            MemberIds = item.MemberIds,
        })];
    }

    internal async Task<DatasetManifest> GatherAsync(Guid snapshotId, Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ontologyVersion = await db.Projects.Where(project => project.Id == projectId)
            .Select(project => (int?)project.OntologyVersion)
            .FirstOrDefaultAsync(cancellationToken) ?? throw ProjectCatalog.Missing();

        // Images first: a class archived in between then takes its images out, and none can lack its class.
        var entries = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.LabelClassId != null)
            .OrderBy(image => image.Id)
            .Select(image => new DatasetEntry(
                image.Id, image.Sha256, image.Extension, image.LabelClassId!.Value, image.Split,
                db.Set<ClassExample>().Any(example => example.ImageId == image.Id && !example.IsCounterExample && (example.ClassId == image.LabelClassId
                    || db.Set<CombinationMember>().Any(member => member.CombinationId == image.LabelClassId && member.ClassId == example.ClassId)))))
            .ToListAsync(cancellationToken);
        var classes = await ClassesAsync(db, projectId, cancellationToken);
        var inUse = classes.Select(item => item.Id).ToHashSet();
        return new DatasetManifest(
            snapshotId, projectId, ontologyVersion, classes, [.. entries.Where(entry => inUse.Contains(entry.ClassId))]);
    }

    /// <summary>The classes in use, behind them the combinations that images have.</summary>
    private static async Task<List<DatasetClass>> ClassesAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var rows = await db.Classes.AsNoTracking()
            .Where(item => item.ProjectId == projectId && !item.IsArchived && !item.IsLeftOutOfTraining
                && (!item.IsCombination || db.Images.Any(image => image.ProjectId == projectId && image.LabelClassId == item.Id)))
            .OrderBy(item => item.Position).ThenBy(item => item.CreatedUtc).ThenBy(item => item.Id)
            .Select(item => new { item.Id, item.Name, item.IsCombination })
            .ToListAsync(cancellationToken);
        var members = rows.Exists(row => row.IsCombination)
            ? (await Combinations.MembersAsync(db, projectId, cancellationToken)).ToLookup(member => member.CombinationId, member => member.ClassId)
            : null;
        return [.. rows.Select(row => new DatasetClass(row.Id, row.Name) { MemberIds = row.IsCombination ? InOrder(members![row.Id]) : null })];

        Guid[] InOrder(IEnumerable<Guid> classIds) => [.. classIds.OrderBy(id => rows.FindIndex(row => row.Id == id))];
    }

    private async Task<string> WriteAsync(DatasetManifest manifest, CancellationToken cancellationToken)
    {
        var target = PathOf(manifest.SnapshotId);
        var temporary = target + ".tmp";
        var bytes = ManifestFile.Format(manifest);
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(bytes, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, target);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }
}
