namespace LabelStudio.Pipeline.Storage;

/// <summary>A file on its way in: on the disk and hashed, not yet kept. Disposing deletes it unless it was kept.</summary>
public sealed class StagedBlob(string path, string sha256, long byteCount) : IDisposable
{
    public string Path { get; } = path;

    public string Sha256 { get; } = sha256;

    public long ByteCount { get; } = byteCount;

    public void Dispose() => File.Delete(Path);
}
