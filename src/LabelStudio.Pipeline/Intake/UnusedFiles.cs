using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// Deletes originals that no row names any more: those of deleted projects, and those of a program that was killed between
/// keeping a file and committing its row. Looks once a day.
/// </summary>
public sealed class UnusedFiles(
    StudioWriter writer, ImageFiles files, StudioPaths paths, TimeProvider clock, ILogger<UnusedFiles> log) : BackgroundService
{
    private const int FilesAtATime = 500;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(24);

    /// <summary>Gives the number of files deleted.</summary>
    public async Task<int> DeleteAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var some in Stored().Chunk(FilesAtATime))
        {
            // In the writer's turn no intake can be between keeping a file and its row.
            deleted += await writer.WriteAsync((db, token) => files.DeleteUnneededAsync(db, some, token), cancellationToken);
        }

        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = FirstLook;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, clock, stoppingToken);
            wait = BetweenLooks;
            try
            {
                var deleted = await DeleteAsync(stoppingToken);
                log.LogInformation("{Count} image files that nothing needs were deleted", deleted);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogError(error, "Looking for image files that nothing needs failed; the next try is in a day");
            }
        }
    }

    private IEnumerable<(string Sha256, string Extension)> Stored() =>
        Directory.EnumerateFiles(paths.Images, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetFileNameWithoutExtension(path), Path.GetExtension(path)))
            .Where(file => file.Item1.Length == 64 && file.Item1.All(char.IsAsciiHexDigitLower));
}
