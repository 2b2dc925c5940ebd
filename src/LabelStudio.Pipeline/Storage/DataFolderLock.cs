namespace LabelStudio.Pipeline.Storage;

/// <summary>One program at a time on one data folder: leases and caches live in its memory.</summary>
public sealed class DataFolderLock(StudioPaths paths) : IDisposable
{
    private FileStream? _file;

    public void Take()
    {
        if (_file is not null)
        {
            return;
        }

        try
        {
            _file = new FileStream(
                Path.Combine(paths.Root, "studio.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new StudioException(
                $"The data folder '{paths.Root}' is in use by another running LabelStudio.Net. Stop that one, or set " +
                "Studio__DataPath to another folder.",
                error);
        }
    }

    public void Dispose() => _file?.Dispose();
}
