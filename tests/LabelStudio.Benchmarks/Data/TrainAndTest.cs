using LabelStudio.Benchmarks.Frame;

namespace LabelStudio.Benchmarks.Data;

/// <summary>The pictures that a case learns from and is tested on.</summary>
internal static class TrainAndTest
{
    /// <summary>Reads <c>--train DIR --test DIR</c> or <c>--data DIR</c>, and <c>--side PX</c>.</summary>
    /// <exception cref="BenchmarkUsageException">Neither is given, or the classes differ.</exception>
    public static (EmbeddedImages Train, EmbeddedImages Test) Load(BenchmarkOptions options, int threads, TextWriter log, CancellationToken stop)
    {
        using var backbone = new Backbone(options.Number("side", 224, 32), threads);
        if (options.Folder("data") is { } folder)
        {
            return EmbeddedImages.Split(folder, backbone, log, stop);
        }

        var (trainFolder, testFolder) = (options.RequiredFolder("train"), options.RequiredFolder("test"));
        if (!LabelledFolder.Of(trainFolder).ClassNames.SequenceEqual(LabelledFolder.Of(testFolder).ClassNames))
        {
            throw new BenchmarkUsageException($"'{trainFolder}' and '{testFolder}' hold different class folders.");
        }

        return (EmbeddedImages.Of(trainFolder, backbone, log, stop), EmbeddedImages.Of(testFolder, backbone, log, stop));
    }
}
