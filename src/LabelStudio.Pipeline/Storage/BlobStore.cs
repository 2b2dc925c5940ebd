using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LabelStudio.Pipeline.Storage;

/// <summary>
/// Originals by content hash under <c>images/ab/</c>, derived pictures in <c>thumbnails/ab/</c>. Names from outside never
/// become paths. Thread-safe.
/// </summary>
public sealed class BlobStore(StudioPaths paths) : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly ConcurrentDictionary<string, Lazy<Task>> _makers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _makerSlots = new(Environment.ProcessorCount);

    /// <summary>Where the original with this hash lies (or would lie).</summary>
    public string PathOf(string sha256, string extension) =>
        Path.Combine(paths.Images, CheckedHash(sha256)[..2], sha256 + CheckedExtension(extension));

    /// <summary>Where the derived picture with this longest side lies (or would lie).</summary>
    public string ThumbnailPath(string sha256, int longestSidePx) =>
        Path.Combine(paths.Thumbnails, CheckedHash(sha256)[..2], $"{sha256}-{longestSidePx}.webp");

    /// <summary>Writes the content to a temporary file while hashing it.</summary>
    /// <exception cref="InvalidRequestException">The content is empty or longer than <paramref name="maxBytes"/>.</exception>
    public async Task<StagedBlob> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = Path.Combine(paths.Uploads, Guid.NewGuid().ToString("N"));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            long byteCount = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                byteCount += read;
                if (byteCount > maxBytes)
                {
                    throw new InvalidRequestException($"It is larger than {maxBytes / 1_048_576} MB, the limit of this server.");
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (byteCount == 0)
            {
                throw new InvalidRequestException("The file is empty.");
            }

            file.Flush(flushToDisk: true);
            return new StagedBlob(path, Convert.ToHexStringLower(hash.GetHashAndReset()), byteCount);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Moves a staged file to its place; the same content is there already: nothing to do. Quick: a rename.</summary>
    public void Keep(StagedBlob staged, string extension)
    {
        ArgumentNullException.ThrowIfNull(staged);
        var target = PathOf(staged.Sha256, extension);
        if (File.Exists(target))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(staged.Path, target, overwrite: true);
    }

    /// <summary>Stages and keeps; gives the SHA-256.</summary>
    public async Task<string> PutAsync(Stream content, string extension, long maxBytes, CancellationToken cancellationToken)
    {
        using var staged = await StageAsync(content, maxBytes, cancellationToken);
        Keep(staged, extension);
        return staged.Sha256;
    }

    /// <summary>
    /// The derived picture's path, made by <paramref name="encode"/> when it is missing: once, however many ask at a time.
    /// </summary>
    /// <param name="encode">Gets the original's path and gives the encoded picture; runs on a thread of its own.</param>
    public async Task<string> ThumbnailAsync(
        string sha256, string extension, int longestSidePx, Func<string, byte[]> encode, CancellationToken cancellationToken)
    {
        var target = ThumbnailPath(sha256, longestSidePx);
        if (File.Exists(target))
        {
            return target;
        }

        var maker = _makers.GetOrAdd(target, _ => new Lazy<Task>(() => MakeAsync(PathOf(sha256, extension), target, encode)));
        try
        {
            await maker.Value.WaitAsync(cancellationToken);
        }
        finally
        {
            if (maker.Value.IsCompleted)
            {
                _makers.TryRemove(KeyValuePair.Create(target, maker));
            }
        }

        return target;
    }

    /// <summary>Deletes an original and what was derived from it.</summary>
    public void Delete(string sha256, string extension)
    {
        var original = PathOf(sha256, extension);

        // Deleting a file that is gone is no error, but in a folder that is gone it would be.
        if (File.Exists(original))
        {
            File.Delete(original);
        }

        var folder = Path.Combine(paths.Thumbnails, CheckedHash(sha256)[..2]);
        if (Directory.Exists(folder))
        {
            foreach (var derived in Directory.EnumerateFiles(folder, sha256 + "-*"))
            {
                File.Delete(derived);
            }
        }
    }

    public void Dispose() => _makerSlots.Dispose();

    private async Task MakeAsync(string source, string target, Func<string, byte[]> encode)
    {
        // The first asker's cancellation must not take the picture away from the others: no token from here on.
        await _makerSlots.WaitAsync();
        try
        {
            await Task.Run(() =>
            {
                // Who asked while another made it, and came here only once that was done, has it already.
                if (File.Exists(target))
                {
                    return;
                }

                var temporary = Path.Combine(paths.Uploads, Guid.NewGuid().ToString("N"));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllBytes(temporary, encode(source));
                File.Move(temporary, target, overwrite: true);
            });
        }
        finally
        {
            _makerSlots.Release();
        }
    }

    private static string CheckedHash(string sha256) =>
        sha256 is { Length: 64 } && sha256.All(char.IsAsciiHexDigitLower)
            ? sha256
            : throw new ArgumentException("Not a SHA-256 in lower-case hexadecimal digits.", nameof(sha256));

    private static string CheckedExtension(string extension) =>
        extension is ['.', _, ..] && extension.AsSpan(1).IndexOfAnyExceptInRange('a', 'z') < 0
            ? extension
            : throw new ArgumentException($"Not a plain extension: '{extension}'.", nameof(extension));
}
