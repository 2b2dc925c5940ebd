using System.Globalization;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>Photographs named "class-number.jpg" in a folder of their own, so that the page's caption tells what is on them.</summary>
public sealed class LabelledPhotos : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("studio-photos-").FullName;

    /// <summary>Skips the test where the machine has no photographs.</summary>
    public LabelledPhotos(int classes, int imagesPerClass)
    {
        var source = TestPhotos.Clothing;
        Assert.SkipWhen(source is null, "No photographs: 'clothing/train' was not found below STUDIO_TEST_DATA or a 'shared/data' folder.");
        Classes = [.. Directory.GetDirectories(source!).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).Take(classes)];
        foreach (var name in Classes)
        {
            var number = 0;
            foreach (var file in Directory.GetFiles(Path.Combine(source!, name)).Order(StringComparer.Ordinal).Take(imagesPerClass))
            {
                File.Copy(file, Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{++number:D3}{Path.GetExtension(file)}")));
            }
        }
    }

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<string> FilesOf(params IEnumerable<string> classes) =>
        [.. classes.SelectMany(name => Directory.GetFiles(_folder, name + "-*").Order(StringComparer.Ordinal))];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
