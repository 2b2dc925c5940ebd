using System.Security.Cryptography;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;
using LabelStudio.Tests;

namespace LabelStudio.Benchmarks.Data;

/// <summary>The options from which cases make a study of fine-tuning.</summary>
internal static class StudyOptions
{
    /// <summary>Where the pictures are, and the plan.</summary>
    public static IReadOnlyList<BenchmarkOption> All { get; } =
    [
        new("data", "DIR", "a folder with train and test, or class folders, split by content hash 4 : 1"),
        new("train", "DIR", "instead: class folders to learn from"),
        new("test", "DIR", "and class folders to test on, the same classes"),
        .. PlanOptions.All,
        new("threads", "N", "threads (number of cores)"),
    ];

    public static FineTuneStudy Read(BenchmarkOptions options, CancellationToken stop)
    {
        var (train, test) = Load(options);
        return new(train.ClassNames, Images(train), Images(test), WeightFile.Read(Backbone.WeightsPath()), stop);
    }

    private static IEnumerable<LabelledImage> Images(LabelledFolder folder) => folder.Files.Zip(folder.Targets, (file, target) => new LabelledImage(file, target));

    /// <summary>Two folders, or one with <c>train</c> and <c>test</c> in it, or one that is split by content hash 4 : 1.</summary>
    private static (LabelledFolder Train, LabelledFolder Test) Load(BenchmarkOptions options)
    {
        if (options.Folder("data") is not { } folder)
        {
            return Same(LabelledFolder.Of(options.RequiredFolder("train")), LabelledFolder.Of(options.RequiredFolder("test")));
        }
        var (train, test) = (Path.Combine(folder, "train"), Path.Combine(folder, "test"));
        if (Directory.Exists(train) && Directory.Exists(test))
        {
            return Same(LabelledFolder.Of(train), LabelledFolder.Of(test));
        }
        var all = LabelledFolder.Of(folder);
        var isTest = all.Files.Select(file => SHA256.HashData(File.ReadAllBytes(file))[0] % 5 == 0).ToArray();
        LabelledFolder Part(bool wanted) => new(
            all.ClassNames,
            [.. all.Files.Where((_, index) => isTest[index] == wanted)],
            [.. all.Targets.Where((_, index) => isTest[index] == wanted)]);
        return (Part(wanted: false), Part(wanted: true));
    }

    private static (LabelledFolder, LabelledFolder) Same(LabelledFolder train, LabelledFolder test) => train.ClassNames.SequenceEqual(test.ClassNames)
        ? (train, test)
        : throw new BenchmarkUsageException("The train and the test folder hold different class folders.");
}
