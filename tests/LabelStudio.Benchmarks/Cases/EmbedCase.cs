using System.Collections.Concurrent;
using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>
/// How much of a bare ONNX Runtime loop's speed is left once the program's embedder, and the decoding of files ahead of it,
/// stand around it. The three are measured in turns on the same pictures, so that other work on the machine touches all of them.
/// </summary>
internal sealed class EmbedCase : IBenchmarkCase
{
    private const int BatchSize = 4;
    private const int ImagesPerRound = 160;

    public string Name => "embed";

    public string Purpose => "embeddings per second, with and without decoding, against a bare ONNX Runtime loop";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("data", "DIR", "folder of pictures, or of class folders"),
        new("side", "PX", "side of the prepared picture (224)"),
        new("images", "N", "most pictures to take (480)"),
        new("threads", "N", "threads (number of cores)"),
    ];

    public async Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var preprocessing = new ImagePreprocessing(options.Number("side", 224, 32));
        var threads = options.Number("threads", Environment.ProcessorCount);
        var files = Sample(LabelledFolder.Of(options.RequiredFolder("data")).Files, options.Number("images", 480));
        using var backbone = new Backbone(preprocessing.SidePx, threads: 1);
        using var bare = new BareLoop(backbone.GraphPath, threads, preprocessing.SidePx);

        using var decoding = new SemaphoreSlim(Math.Max(1, threads / 2));
        // One for all rounds: the program rents its memory too.
        var pixels = new float[ImagesPerRound * preprocessing.Length];
        TimeSpan whole = default, embedding = default, bareLoop = default;
        string[][] rounds = [.. files.Chunk(ImagesPerRound)];
        foreach (var (round, isWarmUp) in rounds.Select(round => (round, false)).Prepend((rounds[0], true)))
        {
            var start = Stopwatch.GetTimestamp();
            InBatches(round.Length, threads, batch =>
            {
                decoding.Wait(stop);
                Decode(round, batch, pixels, preprocessing);
                decoding.Release();
                Embed(backbone, batch, pixels, preprocessing);
            });
            var embedded = Stopwatch.GetTimestamp();
            InBatches(round.Length, threads, batch => Embed(backbone, batch, pixels, preprocessing));
            var again = Stopwatch.GetTimestamp();
            bare.Run(pixels, round.Length);
            if (!isWarmUp)
            {
                whole += Stopwatch.GetElapsedTime(start, embedded);
                embedding += Stopwatch.GetElapsedTime(embedded, again);
                bareLoop += Stopwatch.GetElapsedTime(again);
            }

            // The threads of the bare loop spin for a while after their work: the next round shall not share cores with them.
            await Task.Delay(TimeSpan.FromMilliseconds(300), stop);
        }

        return new Figures()
            .Add("images", (long)files.Length)
            .Add("side_px", (long)preprocessing.SidePx)
            .Add("threads", (long)threads)
            .Add("bare_onnx_images_per_second", files.Length / bareLoop.TotalSeconds)
            .Add("embedder_images_per_second", files.Length / embedding.TotalSeconds)
            .Add("decode_and_embed_images_per_second", files.Length / whole.TotalSeconds)
            .Add("embedder_to_bare_ratio", bareLoop / embedding)
            .Add("decode_and_embed_to_bare_ratio", bareLoop / whole);
    }

    /// <summary>Every k-th file, so that all classes and sizes of picture are in.</summary>
    private static string[] Sample(IReadOnlyList<string> all, int most)
    {
        var stride = Math.Max(1, all.Count / most);
        return [.. all.Where((_, index) => index % stride == 0).Take(most)];
    }

    /// <summary>As the program's worker does it: each thread takes a small batch after the other.</summary>
    private static void InBatches(int images, int threads, Action<Range> work) =>
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, images).Chunk(BatchSize), EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            batch => work(batch[0]..(batch[^1] + 1)));

    private static void Decode(string[] files, Range batch, float[] pixels, ImagePreprocessing preprocessing)
    {
        for (var index = batch.Start.Value; index < batch.End.Value; index++)
        {
            ImageDecoder.DecodeInto(files[index], preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length));
        }
    }

    private static void Embed(Backbone backbone, Range batch, float[] pixels, ImagePreprocessing preprocessing)
    {
        var (start, count) = batch.GetOffsetAndLength(ImagesPerRound);
        backbone.Embedder.Embed(
            pixels.AsMemory(start * preprocessing.Length, count * preprocessing.Length), count, new float[count * backbone.Embedder.EmbeddingSize]);
    }

    private sealed class BareLoop : IDisposable
    {
        private const int BatchSize = 16;
        private readonly InferenceSession _session;
        private readonly RunOptions _runOptions = new();
        private readonly int _sidePx;

        public BareLoop(string graphPath, int threads, int sidePx)
        {
            using var options = new SessionOptions { IntraOpNumThreads = threads };
            (_session, _sidePx) = (new InferenceSession(graphPath, options), sidePx);
        }

        public void Run(float[] pixels, int count)
        {
            for (var start = 0; start < count; start += BatchSize)
            {
                RunBatch(pixels, start, Math.Min(BatchSize, count - start));
            }
        }

        private void RunBatch(float[] pixels, int start, int count)
        {
            var length = 3 * _sidePx * _sidePx;
            using var input = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, pixels.AsMemory(start * length, count * length), [count, 3, _sidePx, _sidePx]);
            using var outputs = _session.Run(_runOptions, [_session.InputNames[0]], [input], [_session.OutputNames[0]]);
        }

        public void Dispose()
        {
            _session.Dispose();
            _runOptions.Dispose();
        }
    }
}
