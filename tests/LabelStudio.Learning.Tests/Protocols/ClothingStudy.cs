using LabelStudio.Learning.Training;
using LabelStudio.Tests;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>A study on the photographs of clothes with ten classes; skips the test where they are not at hand.</summary>
internal static class ClothingStudy
{
    public static FineTuneStudy Open()
    {
        var root = SharedData.Require("clothing");
        string[] names = [.. Directory.GetDirectories(Path.Combine(root, "train")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        return new(names, Images("train"), Images("test"), PretrainedWeights.Lite0, TestContext.Current.CancellationToken);

        IEnumerable<LabelledImage> Images(string split) => names.SelectMany((name, target) =>
            Directory.GetFiles(Path.Combine(root, split, name)).Order(StringComparer.Ordinal).Select(path => new LabelledImage(path, target)));
    }
}
