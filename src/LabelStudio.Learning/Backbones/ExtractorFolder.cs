using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// A feature extractor in a folder: <c>extractor.onnx</c> and <c>extractor.json</c>. A model that was trained on one carries
/// both, so that it stands alone.
/// </summary>
public static class ExtractorFolder
{
    /// <summary>The network.</summary>
    public const string OnnxFile = "extractor.onnx";

    /// <summary>Its <see cref="ExtractorDescriptor"/>.</summary>
    public const string DescriptorFile = "extractor.json";

    /// <summary>True when the folder holds an extractor.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, DescriptorFile));

    /// <summary>Reads the descriptor.</summary>
    /// <exception cref="InvalidDataException">It is missing or damaged.</exception>
    public static ExtractorDescriptor Read(string folder)
    {
        try
        {
            return ExtractorDescriptor.FromJson(File.ReadAllText(Path.Combine(folder, DescriptorFile)));
        }
        catch (Exception error) when (error is IOException or System.Text.Json.JsonException)
        {
            throw new InvalidDataException($"The feature extractor in '{folder}' cannot be used: its descriptor is missing or damaged. Add it anew.", error);
        }
    }

    /// <summary>Copies the two files of an extractor.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var file in (string[])[OnnxFile, DescriptorFile])
        {
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }
    }

    /// <summary>SHA-256 of all that its embeddings depend on, 64 lower-case hexadecimal digits: the network and how it is fed.</summary>
    public static string Hash(string folder)
    {
        var descriptor = Read(folder);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var network = File.OpenRead(Path.Combine(folder, OnnxFile));
        hash.AppendData(SHA256.HashData(network));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(
            '\n',
            (string[])[descriptor.InputName, descriptor.OutputName, .. descriptor.Mean.Concat(descriptor.StandardDeviation).Select(value => value.ToString("R", CultureInfo.InvariantCulture))])));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
