using System.IO.Compression;
using System.Runtime.CompilerServices;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Takes the pictures of a zip archive in. Its names are never paths, its sizes are counted and not believed, and what lies
/// beside pictures on some systems is passed over. Labels, splits and metadata come from a table in the archive, labels and splits else
/// from folders.
/// </summary>
public sealed class ArchiveIntake(
    ImageIntake intake, ImportBatches batches, BlobStore blobs, ProjectAccess access, IOptions<StudioOptions> options)
{
    private const int MostEntries = 500_000;

    /// <summary>Pictures hardly shrink in a zip: what unpacks to more than this is made to fill disks.</summary>
    private const long MostUnpacking = 100;

    private const long AlwaysAllowedBytes = 1L << 30;

    /// <summary>Gives a result for each file of the archive, as they are done.</summary>
    /// <param name="classId">The class of all pictures that no table in the archive says one of; null: their folders may name it.</param>
    public async IAsyncEnumerable<ImportResult> AddAsync(
        Guid userId, Guid projectId, Guid batchId, Stream archive, Guid? classId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Upload, cancellationToken);
        var batch = await batches.GetAsync(projectId, batchId, cancellationToken);
        using var staged = await blobs.StageAsync(archive, options.Value.MaxArchiveBytes, cancellationToken);
        await using var file = File.OpenRead(staged.Path);
        using var zip = Open(file);
        var budget = new UnpackingBudget(Math.Max(AlwaysAllowedBytes, staged.ByteCount * MostUnpacking));
        var tables = await ArchiveTables.ReadAsync(zip, budget, cancellationToken);
        var entries = zip.Entries.Where(entry => !IsPassedOver(entry.FullName)).Take(MostEntries).ToList();
        var splits = SplitFolders.Among(entries.Select(entry => entry.FullName), batch.UseFolderNames);
        foreach (var entry in entries)
        {
            yield return await AddAsync(userId, batch, entry, DetailsOf(batch, tables, splits, entry.FullName, classId), budget, cancellationToken);
            if (budget.IsSpent)
            {
                yield break;
            }
        }
    }

    private async Task<ImportResult> AddAsync(
        Guid userId, ImportBatch batch, ZipArchiveEntry entry, ImportDetails details, UnpackingBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = budget.Limit(await entry.OpenAsync(cancellationToken));
            return await intake.AddAsync(userId, batch, entry.FullName, content, details, cancellationToken);
        }
        catch (InvalidDataException)
        {
            await batches.CountRefusedAsync(batch.Id, cancellationToken);
            return new ImportResult(
                UploadName.FileNameOf(entry.FullName),
                ImportOutcome.Refused,
                null,
                "It cannot be unpacked: it is damaged, encrypted, or packed in a way this program does not know. Make the zip again.");
        }
    }

    private static ImportDetails DetailsOf(ImportBatch batch, ArchiveTables tables, SplitFolders splits, string path, Guid? classId)
    {
        var row = tables.Find(path);
        var label = row is { DecidesLabel: true } ? row.Label : ImageIntake.LabelOf(batch, path, classId);
        var details = row is null ? ImportDetails.Of(label, path) : new ImportDetails(label, row.Metadata, Folder: null, row.Sha256);
        return details with { Splits = row?.Split is { } split ? [split] : splits.Of(path) };
    }

    private static ZipArchive Open(FileStream file)
    {
        try
        {
            return new ZipArchive(file, ZipArchiveMode.Read);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidRequestException("This is no zip archive, or its end is missing. Make it again and upload it whole.", error);
        }
    }

    private static bool IsPassedOver(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.Length == 0
            || path.StartsWith("__MACOSX/", StringComparison.Ordinal)
            || name.StartsWith("._", StringComparison.Ordinal)
            || name is ".DS_Store" or "Thumbs.db" or "desktop.ini" or "classes.txt" or "classes.json"
            || name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
    }
}
