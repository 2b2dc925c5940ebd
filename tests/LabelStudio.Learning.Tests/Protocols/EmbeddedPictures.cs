using System.Collections.Concurrent;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Protocols;

/// <summary>Embeddings of a folder of class folders by the pretrained backbone; computed once for all tests of a run.</summary>
internal sealed record EmbeddedPictures(float[] Embeddings, int[] Targets, int Classes)
{
    private const int Size = 1280;
    private const int BatchSize = 16;
    private static readonly ConcurrentDictionary<(string, int), EmbeddedPictures> s_known = new();

    public int Count => Targets.Length;

    public Guid[] ClassIds => [.. Enumerable.Range(1, Classes).Select(number => new Guid(number, 0, 0, new byte[8]))];

    public ClassIndexMap ClassIndices => ClassIndexMap.Of(ClassIds);

    public EmbeddingSet Set => new(Count, Size, Embeddings, Targets);

    /// <summary>Skips the test where the data is not at hand.</summary>
    public static EmbeddedPictures Of(string folder, int sidePx) =>
        s_known.GetOrAdd((SharedData.Require(folder), sidePx), key => Embed(key.Item1, key.Item2));

    public EmbeddedPictures Where(Func<int, int, bool> rowAndTarget)
    {
        int[] rows = [.. Enumerable.Range(0, Count).Where(row => rowAndTarget(row, Targets[row]))];
        var embeddings = new float[rows.Length * Size];
        for (var index = 0; index < rows.Length; index++)
        {
            Embeddings.AsSpan(rows[index] * Size, Size).CopyTo(embeddings.AsSpan(index * Size));
        }

        return new EmbeddedPictures(embeddings, [.. rows.Select(row => Targets[row])], Classes);
    }

    /// <summary>The same pictures with the classes numbered in another order: class k of the old order becomes the place of k.</summary>
    public EmbeddedPictures Renumber(int[] order) => this with { Targets = [.. Targets.Select(target => Array.IndexOf(order, target))] };

    public LdaSolution LiveHead()
    {
        var head = new StreamingLdaHead(Size);
        head.AddRange([.. Targets.Select(target => ClassIds[target])], Embeddings);
        return head.Solve()!;
    }

    public float[] Probabilities(LinearHead head)
    {
        var logits = new float[Count * head.Classes.Count];
        head.Logits(Embeddings, Count, logits);
        TemperatureScaling.Softmax(logits, head.Classes.Count, Count, 1);
        return logits;
    }

    public float[] Probabilities(LdaSolution head)
    {
        var probabilities = new float[Count * head.Classes.Count];
        head.Probabilities(Embeddings, Count, probabilities);
        return probabilities;
    }

    private static EmbeddedPictures Embed(string folder, int sidePx)
    {
        using var cache = new TemporaryFolder();
        using var embedder = OnnxEmbedder.Open(BackboneDescriptor.EfficientNetLite0, PretrainedWeights.ModelPath, cache.Path, sidePx, threads: 2);
        string[] classes = [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)];
        var pictures = classes.SelectMany((path, index) => Directory.GetFiles(path).Order(StringComparer.Ordinal).Select(file => (file, index))).ToArray();
        var preprocessing = new ImagePreprocessing(sidePx);
        var pixels = new float[BatchSize * preprocessing.Length];
        var embeddings = new float[pictures.Length * Size];
        for (var start = 0; start < pictures.Length; start += BatchSize)
        {
            var count = Math.Min(BatchSize, pictures.Length - start);
            Parallel.For(0, count, index => ImageDecoder.DecodeInto(
                pictures[start + index].file, preprocessing, pixels.AsSpan(index * preprocessing.Length, preprocessing.Length)));
            embedder.Embed(pixels.AsMemory(0, count * preprocessing.Length), count, embeddings.AsSpan(start * Size, count * Size));
        }

        return new EmbeddedPictures(embeddings, [.. pictures.Select(picture => picture.index)], classes.Length);
    }
}
