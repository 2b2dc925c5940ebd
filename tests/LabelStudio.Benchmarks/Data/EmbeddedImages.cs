using System.Security.Cryptography;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Benchmarks.Data;

/// <summary>Embeddings of labelled pictures: float32 [N, D], and their targets.</summary>
internal sealed record EmbeddedImages(int EmbeddingSize, float[] Embeddings, int[] Targets, IReadOnlyList<string> ClassNames)
{
    private const int BatchSize = 16;

    public int Count => Targets.Length;

    public Guid[] ClassIds => [.. ClassNames.Select((_, index) => new Guid(index + 1, 0, 0, new byte[8]))];

    public ReadOnlyMemory<float> Row(int index) => Embeddings.AsMemory(index * EmbeddingSize, EmbeddingSize);

    /// <summary>Decodes and embeds a whole folder.</summary>
    public static EmbeddedImages Of(string folder, Backbone backbone, TextWriter log, CancellationToken stop) =>
        Of(LabelledFolder.Of(folder), backbone, log, stop);

    /// <summary>A folder split by content hash: four fifths to train, one to test, the same in every run.</summary>
    public static (EmbeddedImages Train, EmbeddedImages Test) Split(string folder, Backbone backbone, TextWriter log, CancellationToken stop)
    {
        var images = LabelledFolder.Of(folder);
        var isTest = images.Files.Select(file => SHA256.HashData(File.ReadAllBytes(file))[0] % 5 == 0).ToArray();
        LabelledFolder Part(bool test) => new(
            images.ClassNames,
            [.. images.Files.Where((_, index) => isTest[index] == test)],
            [.. images.Targets.Where((_, index) => isTest[index] == test)]);
        return (Of(Part(test: false), backbone, log, stop), Of(Part(test: true), backbone, log, stop));
    }

    /// <summary>Some rows only, in the given order.</summary>
    public EmbeddedImages Pick(IReadOnlyList<int> rows)
    {
        var embeddings = new float[rows.Count * EmbeddingSize];
        for (var index = 0; index < rows.Count; index++)
        {
            Row(rows[index]).Span.CopyTo(embeddings.AsSpan(index * EmbeddingSize));
        }

        return this with { Embeddings = embeddings, Targets = [.. rows.Select(row => Targets[row])] };
    }

    /// <summary>Decodes and embeds pictures.</summary>
    public static EmbeddedImages Of(LabelledFolder images, Backbone backbone, TextWriter log, CancellationToken stop)
    {
        var preprocessing = new ImagePreprocessing(backbone.SidePx);
        var size = backbone.Embedder.EmbeddingSize;
        var embeddings = new float[images.Files.Count * size];
        var pixels = new float[BatchSize * preprocessing.Length];
        for (var start = 0; start < images.Files.Count; start += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            var count = Math.Min(BatchSize, images.Files.Count - start);
            Parallel.For(0, count, index => ImageDecoder.DecodeInto(
                images.Files[start + index], preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length)));
            backbone.Embedder.Embed(pixels.AsMemory(0, count * preprocessing.Length), count, embeddings.AsSpan(start * size, count * size));
            if (start % (BatchSize * 64) == 0 && start > 0)
            {
                log.WriteLine($"embedded {start} of {images.Files.Count}");
            }
        }

        return new EmbeddedImages(size, embeddings, images.Targets, images.ClassNames);
    }
}
