using System.Globalization;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>
/// Pictures named "class-number.jpg" in a folder of their own, so that the page's caption tells what is on them: photographs
/// where the machine has any, otherwise the drawn pictures of the sample project.
/// </summary>
public sealed class LabelledPhotos : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("studio-photos-").FullName;

    /// <param name="classes">Most classes to take; there are six kinds of drawn pictures.</param>
    /// <param name="imagesPerClass">Pictures of each.</param>
    public LabelledPhotos(int classes, int imagesPerClass) =>
        Classes = TestPhotos.Clothing is { } photographs ? Copy(photographs, classes, imagesPerClass) : Draw(classes, imagesPerClass);

    /// <param name="photographs">Folder of class folders.</param>
    /// <param name="classes">Most classes to take.</param>
    /// <param name="imagesPerClass">Most pictures of each.</param>
    public LabelledPhotos(string photographs, int classes, int imagesPerClass) => Classes = Copy(photographs, classes, imagesPerClass);

    public IReadOnlyList<string> Classes { get; }

    /// <summary>The key that the program gives each class, when they are made in this order.</summary>
    public IReadOnlyDictionary<string, string> Keys =>
        Classes.Index().ToDictionary(item => item.Item, item => (item.Index + 1).ToString(CultureInfo.InvariantCulture));

    public IReadOnlyList<string> FilesOf(params IEnumerable<string> classes) =>
        [.. classes.SelectMany(name => Directory.GetFiles(_folder, name + "-*").Order(StringComparer.Ordinal))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Copy(string photographs, int classes, int imagesPerClass)
    {
        string[] names = [.. Directory.GetDirectories(photographs).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).Take(classes)];
        foreach (var name in names)
        {
            var files = Directory.GetFiles(Path.Combine(photographs, name)).Order(StringComparer.Ordinal).Take(imagesPerClass);
            foreach (var (index, file) in files.Index())
            {
                File.Copy(file, PathOf(name, index, Path.GetExtension(file)));
            }
        }

        return names;
    }

    private string[] Draw(int classes, int imagesPerClass)
    {
        string[] names = [.. SampleDrawings.Kinds.Take(classes)];
        foreach (var (kind, name) in names.Index())
        {
            for (var index = 0; index < imagesPerClass; index++)
            {
                File.WriteAllBytes(PathOf(name, index, ".jpg"), SampleDrawings.Draw(kind, index));
            }
        }

        return names;
    }

    private string PathOf(string name, int index, string extension) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{index + 1:D3}{extension}"));
}
