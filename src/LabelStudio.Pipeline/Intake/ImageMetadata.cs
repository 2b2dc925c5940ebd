using System.Globalization;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>What is known of images besides their labels: camera, place of origin, anything the project's people note.</summary>
public sealed class ImageMetadata(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, ChangeSignals signals)
{
    /// <summary>By key. Needs the right to view.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(Guid userId, Guid projectId, long imageId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entries = await db.Set<MetadataEntry>().AsNoTracking()
            .Where(entry => entry.ProjectId == projectId && entry.ImageId == imageId)
            .ToListAsync(cancellationToken);
        return new SortedDictionary<string, string>(entries.ToDictionary(entry => entry.Key, entry => entry.Value), StringComparer.Ordinal);
    }

    /// <summary>The keys of a project's images, in alphabetical order. Needs the right to view.</summary>
    public async Task<IReadOnlyList<MetadataKey>> KeysAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<MetadataEntry>().AsNoTracking().Where(entry => entry.ProjectId == projectId)
            .GroupBy(entry => entry.Key)
            .OrderBy(group => group.Key)
            .Select(group => new MetadataKey(group.Key, group.Count()))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The values of a key that most images have. Needs the right to view.</summary>
    public async Task<IReadOnlyList<MetadataValue>> ValuesAsync(
        Guid userId, Guid projectId, string key, int count, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<MetadataEntry>().AsNoTracking().Where(entry => entry.ProjectId == projectId && entry.Key == key)
            .GroupBy(entry => entry.Value)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key)
            .Take(count)
            .Select(group => new MetadataValue(group.Key, group.Count()))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Sets keys of images, all or none. Needs the right to upload.</summary>
    /// <returns>How many images were meant.</returns>
    public async Task<int> SetAsync(
        Guid userId, Guid projectId, IReadOnlyList<MetadataChange> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        await access.DemandAsync(userId, projectId, StudioRight.Upload, cancellationToken);
        var clean = changes.Select(Checked).ToList();
        await writer.WriteAsync(
            async (db, token) =>
            {
                var ids = await IdsAsync(db, projectId, clean, token);
                foreach (var ofImage in ids.Zip(clean, (imageId, change) => (imageId, change.Values)).GroupBy(item => item.imageId, item => item.Values))
                {
                    await MetadataWriting.SetAsync(db, projectId, ofImage.Key, LastOfEach(ofImage), token);
                }
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Images);
        return clean.Count;
    }

    private static MetadataChange Checked(MetadataChange change)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (text, value) in change.Values ?? new Dictionary<string, string?>())
        {
            var key = MetadataRules.KeyOf(text);
            values[key] = value is null ? null : MetadataRules.ValueOf(key, value);
        }

        return values.Count <= MetadataRules.MostKeys
            ? change with { Values = values }
            : throw new InvalidRequestException($"More than {MetadataRules.MostKeys} keys for one image. Set fewer.");
    }

    private static Dictionary<string, string?> LastOfEach(IEnumerable<IReadOnlyDictionary<string, string?>> values)
    {
        var last = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, value) in values.SelectMany(item => item))
        {
            last[key] = value;
        }

        return last;
    }

    private static async Task<List<long>> IdsAsync(
        StudioDbContext db, Guid projectId, List<MetadataChange> changes, CancellationToken cancellationToken)
    {
        var ids = changes.Select(change => change.ImageId).OfType<long>().ToList();
        var hashes = changes.Where(change => change.ImageId is null).Select(change => change.Sha256?.ToLowerInvariant() ?? "").ToList();
        var known = await db.Images
            .Where(image => image.ProjectId == projectId && (EF.Parameter(ids).Contains(image.Id) || EF.Parameter(hashes).Contains(image.Sha256)))
            .Select(image => new { image.Id, image.Sha256 })
            .ToListAsync(cancellationToken);
        var (byId, byHash) = (known.Select(image => image.Id).ToHashSet(), known.ToDictionary(image => image.Sha256, image => image.Id));
        return
        [
            .. changes.Select(change =>
                change.ImageId is { } id && byId.Contains(id) ? id
                : change.ImageId is null && byHash.TryGetValue(change.Sha256?.ToLowerInvariant() ?? "", out var found) ? found
                : throw new NotFoundException($"The project has no image '{change.ImageId?.ToString(CultureInfo.InvariantCulture) ?? change.Sha256}'. Nothing was changed.")),
        ];
    }
}
