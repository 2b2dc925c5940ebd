using System.Diagnostics;
using System.Threading.Channels;
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
    private const int BatchSize = 16;
    private const int BatchesPerRound = 10;

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
        using var backbone = new Backbone(preprocessing.SidePx, threads);
        using var bare = new BareLoop(backbone.GraphPath, threads, preprocessing.SidePx);

        TimeSpan whole = default, embedding = default, bareLoop = default;
        string[][] rounds = [.. files.Chunk(BatchSize * BatchesPerRound)];
        foreach (var (round, isWarmUp) in rounds.Select(round => (round, false)).Prepend((rounds[0], true)))
        {
            var start = Stopwatch.GetTimestamp();
            var batches = await DecodeAndEmbedAsync(round, backbone, preprocessing, Math.Max(1, threads / 4), stop);
            var embedded = Stopwatch.GetTimestamp();
            batches.ForEach(batch => Embed(backbone, batch, preprocessing));
            var again = Stopwatch.GetTimestamp();
            batches.ForEach(batch => bare.Run(batch, batch.Length / preprocessing.Length));
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

    /// <summary>As the program's worker does it: pictures are prepared while the network computes the batch before.</summary>
    /// <returns>The pixels of each batch.</returns>
    private static async Task<List<float[]>> DecodeAndEmbedAsync(
        string[] files, Backbone backbone, ImagePreprocessing preprocessing, int decoders, CancellationToken stop)
    {
        var ahead = Channel.CreateBounded<float[]>(2);
        var decoding = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var batch in files.Chunk(BatchSize))
                    {
                        await ahead.Writer.WriteAsync(Decode(batch, preprocessing, decoders), stop);
                    }
                }
                finally
                {
                    ahead.Writer.Complete();
                }
            },
            stop);
        var batches = new List<float[]>();
        await foreach (var pixels in ahead.Reader.ReadAllAsync(stop))
        {
            Embed(backbone, pixels, preprocessing);
            batches.Add(pixels);
        }

        await decoding;
        return batches;
    }

    private static float[] Decode(string[] batch, ImagePreprocessing preprocessing, int decoders)
    {
        var pixels = new float[batch.Length * preprocessing.Length];
        Parallel.For(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = decoders }, index => ImageDecoder.DecodeInto(
            batch[index], preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length)));
        return pixels;
    }

    private static void Embed(Backbone backbone, float[] pixels, ImagePreprocessing preprocessing)
    {
        var count = pixels.Length / preprocessing.Length;
        backbone.Embedder.Embed(pixels, count, new float[count * backbone.Embedder.EmbeddingSize]);
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
