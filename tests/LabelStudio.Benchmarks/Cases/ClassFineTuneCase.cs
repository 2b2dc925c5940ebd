using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Tests;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>An epoch of fine-tuning with so many classes, on drawn pictures: the case "classes" runs it in processes of their own.</summary>
internal sealed class ClassFineTuneCase : IBenchmarkCase
{
    /// <summary>The first epoch warms up.</summary>
    private const int Epochs = 2;

    public string Name => "class-fine-tune";

    public string Purpose => "images per second of a fine-tuning epoch and peak memory with a number of classes";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("classes", "C", "classes (10)"),
        new("pictures", "N", "drawn pictures to train on, at least one a class (1000)"),
        new("threads", "N", "threads (number of cores)"),
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        NativeLibraries.Initialize(options.Number("threads", Environment.ProcessorCount));
        var classes = options.Number("classes", 10, 2);
        var pictures = options.Number("pictures", Math.Max(1000, classes), classes);
        var folder = Directory.CreateTempSubdirectory("benchmark-class-fine-tune-").FullName;
        try
        {
            var train = Enumerable.Range(0, pictures).AsParallel().AsOrdered().WithCancellation(stop).Select(number =>
            {
                var path = Path.Combine(folder, $"{number}.jpg");
                File.WriteAllBytes(path, SampleDrawings.Draw(number % SampleDrawings.Kinds.Count, number));
                return new LabelledImage(path, number % classes);
            }).ToList();
            EpochCompleted? last = null;
            FineTuneTrainer.Run(
                TrainingPlan.Balanced with { Epochs = Epochs }, FineTuneStudy.Descriptor, WeightFile.Read(Backbone.WeightsPath()), FineTuneStudy.ZeroHead(classes), train, [],
                Path.Combine(folder, "features"), ComputeDevice.Detect(), happened => last = happened as EpochCompleted ?? last, TimeProvider.System, stop);
            return Task.FromResult(new Figures()
                .Add("classes", (long)classes)
                .Add("pictures", (long)pictures)
                .Add("images_per_second", last?.ImagesPerSecond ?? double.NaN)
                .Add("peak_memory_bytes", Process.GetCurrentProcess().PeakWorkingSet64));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
