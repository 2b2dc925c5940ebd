using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>A study on pictures of ten classes; skips the test where they are not at hand.</summary>
internal static class PictureStudy
{
    /// <param name="data">Folder with train and test.</param>
    /// <param name="perClass">Pictures of a class to learn from, and to test on, at most.</param>
    public static FineTuneStudy Open(string data, int perClass = int.MaxValue)
    {
        var root = SharedData.Require(data);
        string[] names = [.. Directory.GetDirectories(Path.Combine(root, "train")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        return new(names, Images("train"), Images("test"), PretrainedWeights.Lite0, TestContext.Current.CancellationToken);

        IEnumerable<LabelledImage> Images(string split) => names.SelectMany((name, target) =>
            Directory.GetFiles(Path.Combine(root, split, name)).Order(StringComparer.Ordinal).Take(perClass).Select(path => new LabelledImage(path, target)));
    }
}
