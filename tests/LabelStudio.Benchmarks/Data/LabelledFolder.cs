using LabelStudio.Benchmarks.Frame;

namespace LabelStudio.Benchmarks.Data;

/// <summary>Pictures sorted into one folder a class.</summary>
/// <param name="ClassNames">The folders' names, in order.</param>
/// <param name="Files">All pictures, class after class.</param>
/// <param name="Targets">Class index of each picture.</param>
internal sealed record LabelledFolder(IReadOnlyList<string> ClassNames, IReadOnlyList<string> Files, int[] Targets)
{
    private static readonly HashSet<string> s_extensions =
        new([".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Lists a folder; without class folders its own pictures are one class.</summary>
    /// <exception cref="BenchmarkUsageException">There is no picture in it.</exception>
    public static LabelledFolder Of(string folder)
    {
        string[] classFolders = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        if (classFolders.Length == 0)
        {
            classFolders = [folder];
        }

        var files = classFolders
            .SelectMany((path, index) => Directory.GetFiles(path)
                .Where(file => s_extensions.Contains(Path.GetExtension(file)))
                .Order(StringComparer.Ordinal)
                .Select(file => (File: file, Index: index)))
            .ToList();
        return files.Count == 0
            ? throw new BenchmarkUsageException($"There is no picture in the class folders of '{folder}'.")
            : new LabelledFolder(
                [.. classFolders.Select(path => Path.GetFileName(path))],
                [.. files.Select(item => item.File)],
                [.. files.Select(item => item.Index)]);
    }
}
