using System.IO.Compression;
using System.Runtime.CompilerServices;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Takes the pictures of a zip archive in. Its names are never paths, its sizes are counted and not believed, and what lies
/// beside pictures on some systems is passed over. Labels come from a table in the archive, else from folders.
/// </summary>
public sealed class ArchiveIntake(
    ImageIntake intake, ImportBatches batches, BlobStore blobs, ProjectAccess access, IOptions<StudioOptions> options)
{
    private const int MostEntries = 500_000;

    /// <summary>Pictures hardly shrink in a zip: what unpacks to more than this is made to fill disks.</summary>
    private const long MostUnpacking = 100;

    private const long AlwaysAllowedBytes = 1L << 30;

    /// <summary>Gives a result for each file of the archive, as they are done.</summary>
    public async IAsyncEnumerable<ImportResult> AddAsync(
        Guid userId, Guid projectId, Guid batchId, Stream archive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Upload, cancellationToken);
        var batch = await batches.GetAsync(projectId, batchId, cancellationToken);
        using var staged = await blobs.StageAsync(archive, options.Value.MaxArchiveBytes, cancellationToken);
        await using var file = File.OpenRead(staged.Path);
        using var zip = Open(file);
        var budget = new UnpackingBudget(Math.Max(AlwaysAllowedBytes, staged.ByteCount * MostUnpacking));
        var labels = await ArchiveLabels.ReadAsync(zip, budget, cancellationToken);
        foreach (var entry in zip.Entries.Where(entry => !IsPassedOver(entry.FullName)).Take(MostEntries))
        {
            var label = labels.Of(entry.FullName) ?? ImageIntake.LabelOf(batch, entry.FullName, classId: null);
            yield return await AddAsync(userId, batch, entry, label, budget, cancellationToken);
            if (budget.IsSpent)
            {
                yield break;
            }
        }
    }

    private async Task<ImportResult> AddAsync(
        Guid userId, ImportBatch batch, ZipArchiveEntry entry, ImportLabel? label, UnpackingBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = budget.Limit(await entry.OpenAsync(cancellationToken));
            return await intake.AddAsync(userId, batch, entry.FullName, content, label, cancellationToken);
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
