using System.Collections.Concurrent;
using LabelStudio.Learning.Duplicates;
using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Review;

/// <summary>Perceptual hashes by content: computed when first asked for, kept in the database.</summary>
public sealed class PictureHashes(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, BlobStore blobs, ILogger<PictureHashes> log)
{
    /// <summary>Small enough that a stopped search loses a second of work, large enough to spare transactions.</summary>
    private const int BatchSize = 200;

    /// <summary>The hash of each picture, null for one that cannot be decoded. Some milliseconds for each that is not kept yet.</summary>
    /// <param name="pictures">Content hash and file extension of each picture.</param>
    /// <param name="progress">Told the share done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the work; what was computed is kept.</param>
    public async Task<IReadOnlyDictionary<string, PerceptualHash?>> GetAsync(
        IReadOnlyCollection<(string Sha256, string Extension)> pictures, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var hashes = await ReadAsync(pictures.Select(picture => picture.Sha256).ToHashSet(), cancellationToken);
        var missing = pictures.Where(picture => !hashes.ContainsKey(picture.Sha256)).DistinctBy(picture => picture.Sha256).ToList();
        foreach (var batch in missing.Chunk(BatchSize))
        {
            var computed = await ComputeAsync(batch, cancellationToken);
            await writer.WriteAsync((db, token) => AddAsync(db, computed, token), cancellationToken);
            foreach (var hash in computed)
            {
                hashes[hash.Sha256] = Of(hash.Bits);
            }

            progress?.Report(1 - (missing.Count(picture => !hashes.ContainsKey(picture.Sha256)) / (double)missing.Count));
        }

        return hashes;
    }

    private static PerceptualHash? Of(long? bits) => bits is { } value ? new PerceptualHash(unchecked((ulong)value)) : null;

    /// <summary>Another search may have kept some of them meanwhile.</summary>
    private static async Task AddAsync(StudioDbContext db, IReadOnlyCollection<PictureHash> computed, CancellationToken cancellationToken)
    {
        string[] ids = [.. computed.Select(hash => hash.Sha256)];
        var known = await db.Set<PictureHash>().Where(hash => EF.Parameter(ids).Contains(hash.Sha256))
            .Select(hash => hash.Sha256)
            .ToHashSetAsync(cancellationToken);
        db.AddRange(computed.Where(hash => !known.Contains(hash.Sha256)));
    }

    private async Task<Dictionary<string, PerceptualHash?>> ReadAsync(HashSet<string> wanted, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hashes = new Dictionary<string, PerceptualHash?>(wanted.Count, StringComparer.Ordinal);
        foreach (var some in wanted.Chunk(5000))
        {
            await foreach (var hash in db.Set<PictureHash>().AsNoTracking()
                .Where(hash => EF.Parameter(some).Contains(hash.Sha256)).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                hashes[hash.Sha256] = Of(hash.Bits);
            }
        }

        return hashes;
    }

    private async Task<IReadOnlyCollection<PictureHash>> ComputeAsync((string Sha256, string Extension)[] batch, CancellationToken cancellationToken)
    {
        var computed = new ConcurrentBag<PictureHash>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount / 2), CancellationToken = cancellationToken };
        await Task.Run(() => Parallel.ForEach(batch, options, picture => computed.Add(Compute(picture.Sha256, picture.Extension))), cancellationToken);
        return computed;
    }

    private PictureHash Compute(string sha256, string extension)
    {
        try
        {
            return new PictureHash { Sha256 = sha256, Bits = unchecked((long)PerceptualHash.Of(blobs.PathOf(sha256, extension)).Bits) };
        }
        catch (Exception error) when (error is ImageRefusedException or IOException)
        {
            log.LogWarning(error, "Picture {Sha256} has no perceptual hash", sha256);
            return new PictureHash { Sha256 = sha256 };
        }
    }
}
