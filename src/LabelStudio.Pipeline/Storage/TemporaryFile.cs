namespace LabelStudio.Pipeline.Storage;

/// <summary>A file for a download that is made whole before its first byte is sent.</summary>
public static class TemporaryFile
{
    /// <summary>Writes it. When that fails nothing is left.</summary>
    /// <returns>The file from its beginning; it is gone when the stream is closed.</returns>
    public static async Task<FileStream> WriteAsync(
        StudioPaths paths, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(write);
        var file = new FileStream(Path.Combine(paths.Exports, $"{Guid.NewGuid():N}.tmp"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = 1 << 16,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            await write(file, cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
