using System.Numerics.Tensors;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Embeddings;

/// <summary>Embeds with somebody's own frozen feature extractor on ONNX Runtime. Thread-safe.</summary>
public sealed class ExtractorEmbedder : IEmbedder
{
    private readonly OnnxSession _session;
    private readonly ExtractorDescriptor _descriptor;

    private ExtractorEmbedder(OnnxSession session, ExtractorDescriptor descriptor, EmbeddingKey key, int embeddingSize) =>
        (_session, _descriptor, Key, EmbeddingSize) = (session, descriptor, key, embeddingSize);

    /// <inheritdoc/>
    public EmbeddingKey Key { get; }

    /// <inheritdoc/>
    public int EmbeddingSize { get; }

    /// <summary>Checks the extractor of a folder and loads it.</summary>
    /// <param name="folder">As <see cref="ExtractorFolder"/> describes it.</param>
    /// <param name="threads">Threads of one call, at least 1.</param>
    /// <returns>The embedder; the caller owns it.</returns>
    /// <exception cref="InvalidDataException">The folder holds no extractor that can be used; the message tells what does not fit.</exception>
    public static ExtractorEmbedder Open(string folder, int threads)
    {
        var descriptor = ExtractorFolder.Read(folder);
        var network = Path.Combine(folder, ExtractorFolder.OnnxFile);
        var (problems, embeddingSize) = ExtractorCheck.Of(network, descriptor);
        return problems.Count == 0
            ? new(new OnnxSession(network, descriptor.SidePx, threads, descriptor.InputName), descriptor, KeyOf(folder), embeddingSize)
            : throw new InvalidDataException($"The feature extractor '{descriptor.Name}' cannot be used: {string.Join(" ", problems)}");
    }

    /// <summary>What the embeddings of a folder's extractor depend on.</summary>
    /// <exception cref="InvalidDataException">The folder holds no extractor.</exception>
    public static EmbeddingKey KeyOf(string folder) =>
        new(ExtractorFolder.Hash(folder), ExtractorFolder.Read(folder).SidePx, ImagePreprocessing.Version);

    /// <inheritdoc/>
    public void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings)
    {
        if (embeddings.Length != count * EmbeddingSize)
        {
            throw new ArgumentException($"{count} embeddings have {count * EmbeddingSize} floats and room for {embeddings.Length} was given.", nameof(embeddings));
        }
        var fed = images.ToArray();
        Normalise(fed, _descriptor);
        _session.Run(fed, count, _descriptor.OutputName, embeddings);
    }

    /// <summary>Frees the network. No call may be running.</summary>
    public void Dispose() => _session.Dispose();

    /// <summary>Turns pictures float32 [N, 3, S, S] with values from -1 to 1 into what the extractor takes, in place.</summary>
    internal static void Normalise(Span<float> images, ExtractorDescriptor descriptor)
    {
        var planeLength = descriptor.SidePx * descriptor.SidePx;
        for (var begin = 0; begin < images.Length; begin += planeLength)
        {
            var (factor, offset) = descriptor.FromProgramsPicture(begin / planeLength % ImagePreprocessing.Channels);
            var plane = images.Slice(begin, planeLength);
            TensorPrimitives.Multiply(plane, factor, plane);
            TensorPrimitives.Add(plane, offset, plane);
        }
    }
}
