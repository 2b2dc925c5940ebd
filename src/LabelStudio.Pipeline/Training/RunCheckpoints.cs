using System.Globalization;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// The newest checkpoint of each run, from which any trainer goes on: <c>runs/&lt;id&gt;/checkpoints/&lt;epoch&gt;.bin</c>,
/// written whole or not at all.
/// </summary>
public sealed class RunCheckpoints(StudioPaths paths)
{
    private const string Extension = ".bin";

    /// <summary>The last epoch that is kept; null: none.</summary>
    public int? EpochOf(Guid runId) => Epochs(runId).Max(epoch => (int?)epoch);

    /// <summary>The newest checkpoint, for the caller to dispose; null: there is none.</summary>
    public FileStream? Open(Guid runId) => EpochOf(runId) is { } epoch ? File.OpenRead(PathOf(runId, epoch)) : null;

    /// <summary>Takes a checkpoint in; a newer one stays.</summary>
    /// <exception cref="InvalidRequestException">The bytes are no whole checkpoint.</exception>
    /// <exception cref="IOException">The disk has no room.</exception>
    public async Task KeepAsync(Guid runId, Stream source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        Directory.CreateDirectory(FolderOf(runId));
        var temporary = Path.Combine(FolderOf(runId), $"{Guid.NewGuid():N}.tmp");
        try
        {
            int epoch;
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await source.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
                file.Position = 0;
                epoch = CheckpointFile.Read(file).Epoch;
            }
            File.Move(temporary, PathOf(runId, epoch), overwrite: true);
            foreach (var older in Epochs(runId).Where(item => item < epoch).ToList())
            {
                File.Delete(PathOf(runId, older));
            }
        }
        catch (InvalidDataException error)
        {
            throw new InvalidRequestException(error.Message);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    internal void Delete(Guid runId)
    {
        if (Directory.Exists(FolderOf(runId)))
        {
            Directory.Delete(FolderOf(runId), recursive: true);
        }
    }

    private IEnumerable<int> Epochs(Guid runId) => !Directory.Exists(FolderOf(runId))
        ? []
        : Directory.EnumerateFiles(FolderOf(runId), "*" + Extension)
            .Select(path => int.Parse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture));

    private string FolderOf(Guid runId) => Path.Combine(paths.RunFolder(runId), "checkpoints");

    private string PathOf(Guid runId, int epoch) => Path.Combine(FolderOf(runId), epoch.ToString(CultureInfo.InvariantCulture) + Extension);
}
