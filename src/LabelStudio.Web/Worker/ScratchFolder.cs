namespace LabelStudio.Web.Worker;

/// <summary>
/// A trainer's own folder for what it needs only while it lives. It goes with the trainer; what one that was killed has left
/// behind goes at the next start, known by its lock that nobody holds.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private const string LockExtension = ".lock";
    private readonly FileStream _lock;

    private ScratchFolder(string path)
    {
        // The lock first: a folder is never without one, and so never taken for a left one.
        _lock = Lock(path + LockExtension, FileMode.CreateNew);
        Path = Directory.CreateDirectory(path).FullName;
    }

    public string Path { get; }

    /// <param name="root">Where the trainers of this machine have their folders.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static ScratchFolder Open(string root)
    {
        Directory.CreateDirectory(root);
        foreach (var left in Directory.EnumerateFiles(root, "*" + LockExtension))
        {
            DeleteIfLeft(left);
        }
        return new ScratchFolder(System.IO.Path.Combine(root, $"trainer-{Guid.NewGuid():N}"));
    }

    public void Dispose() => Delete(Path, _lock);

    private static void DeleteIfLeft(string lockPath)
    {
        try
        {
            Delete(lockPath[..^LockExtension.Length], Lock(lockPath, FileMode.Open));
        }
        catch (IOException)
        {
            // Its trainer lives.
        }
    }

    private static void Delete(string folder, FileStream held)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        File.Delete(held.Name);
        held.Dispose();
    }

    private static FileStream Lock(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);
}
