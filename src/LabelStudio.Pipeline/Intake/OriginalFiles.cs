using System.Security.Cryptography;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Pipeline.Intake;

/// <summary>Originals as they leave the studio, and how they are known again.</summary>
internal static class OriginalFiles
{
    /// <summary>A picture file's bytes without the place where it was taken; all else as it is.</summary>
    public static async Task<byte[]> ReadWithoutLocationAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        LocationRemoval.Remove(bytes);
        return bytes;
    }

    /// <summary>The file with this hash is what an export made of this original.</summary>
    public static async Task<bool> IsExportOfAsync(string sha256, string original, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(SHA256.HashData(await ReadWithoutLocationAsync(original, cancellationToken))) == sha256;
}
