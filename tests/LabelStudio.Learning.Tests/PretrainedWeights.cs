using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Tests;

/// <summary>The weights that come with the program, from the repository's data folder.</summary>
internal static class PretrainedWeights
{
    private static readonly Lazy<WeightFile> Read = new(() => WeightFile.Read(ModelPath));

    internal static string Folder { get; } = Find();

    internal static string ModelPath => Path.Combine(Folder, "model.safetensors");

    internal static WeightFile Lite0 => Read.Value;

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "data", "weights", "efficientnet-lite0");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        throw new DirectoryNotFoundException("The folder data/weights/efficientnet-lite0 is in none of the folders above the tests.");
    }
}
