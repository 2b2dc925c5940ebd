using System.Diagnostics;
using LabelStudio.Benchmarks.Data;
using LabelStudio.Benchmarks.Frame;
using LabelStudio.Learning.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace LabelStudio.Benchmarks.Cases;

/// <summary>
/// How much of a bare ONNX Runtime loop's speed is left once the program's embedder, and the decoding of files, stand around
/// it. The three are measured in turns on the same pictures, so that other work on the machine touches all of them.
/// </summary>
internal sealed class EmbedCase : IBenchmarkCase
{
    private const int BatchSize = 16;

    public string Name => "embed";

    public string Purpose => "embeddings per second, with and without decoding, against a bare ONNX Runtime loop";

    public IReadOnlyList<BenchmarkOption> Options =>
    [
        new("data", "DIR", "folder of pictures, or of class folders"),
        new("side", "PX", "side of the prepared picture (224)"),
        new("images", "N", "most pictures to take (480)"),
        new("threads", "N", "threads (number of cores)"),
    ];

    public Task<Figures> RunAsync(BenchmarkOptions options, TextWriter log, CancellationToken stop)
    {
        var preprocessing = new ImagePreprocessing(options.Number("side", 224, 32));
        var threads = options.Number("threads", Environment.ProcessorCount);
        var all = LabelledFolder.Of(options.RequiredFolder("data")).Files;
        // Every k-th, so that all classes and sizes of picture are in.
        var stride = Math.Max(1, all.Count / options.Number("images", 480));
        string[][] batches = [.. all.Where((_, index) => index % stride == 0).Take(options.Number("images", 480)).Chunk(BatchSize)];
        using var backbone = new Backbone(preprocessing.SidePx, threads);
        using var bare = new BareLoop(backbone.GraphPath, threads, preprocessing.SidePx);

        var embeddings = new float[BatchSize * backbone.Embedder.EmbeddingSize];
        var pixels = new float[BatchSize * preprocessing.Length];
        TimeSpan whole = default, embedding = default, bareLoop = default;
        foreach (var (batch, round) in batches.Prepend(batches[0]).Select((batch, index) => (batch, index)))
        {
            stop.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            Parallel.For(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, index => ImageDecoder.DecodeInto(
                batch[index], preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length)));
            var decoded = Stopwatch.GetTimestamp();
            backbone.Embedder.Embed(pixels.AsMemory(0, batch.Length * preprocessing.Length), batch.Length, embeddings.AsSpan(0, batch.Length * backbone.Embedder.EmbeddingSize));
            var embedded = Stopwatch.GetTimestamp();
            bare.Run(pixels, batch.Length);
            // The first round only warms up.
            if (round > 0)
            {
                whole += Stopwatch.GetElapsedTime(start, embedded);
                embedding += Stopwatch.GetElapsedTime(decoded, embedded);
                bareLoop += Stopwatch.GetElapsedTime(embedded);
            }
        }

        var count = batches.Sum(batch => batch.Length);
        return Task.FromResult(new Figures()
            .Add("images", (long)count)
            .Add("side_px", (long)preprocessing.SidePx)
            .Add("threads", (long)threads)
            .Add("bare_onnx_images_per_second", count / bareLoop.TotalSeconds)
            .Add("embedder_images_per_second", count / embedding.TotalSeconds)
            .Add("decode_and_embed_images_per_second", count / whole.TotalSeconds)
            .Add("embedder_to_bare_ratio", bareLoop / embedding)
            .Add("decode_and_embed_to_bare_ratio", bareLoop / whole));
    }

    private sealed class BareLoop : IDisposable
    {
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
            using var input = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, pixels.AsMemory(0, count * 3 * _sidePx * _sidePx), [count, 3, _sidePx, _sidePx]);
            using var outputs = _session.Run(_runOptions, [_session.InputNames[0]], [input], [_session.OutputNames[0]]);
        }

        public void Dispose()
        {
            _session.Dispose();
            _runOptions.Dispose();
        }
    }
}
