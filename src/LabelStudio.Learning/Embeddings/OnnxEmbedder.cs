using System.Globalization;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;

namespace LabelStudio.Learning.Embeddings;

/// <summary>Embeds with a frozen backbone on ONNX Runtime. Thread-safe; share one among all callers.</summary>
public sealed class OnnxEmbedder : IEmbedder
{
    // Part of the cached graph's name: raise it when the graph that is written for the same weights changes.
    private const int GraphVersion = 1;

    private readonly OnnxSession _session;

    private OnnxEmbedder(OnnxSession session, EmbeddingKey key, int embeddingSize)
    {
        _session = session;
        Key = key;
        EmbeddingSize = embeddingSize;
    }

    /// <inheritdoc/>
    public EmbeddingKey Key { get; }

    /// <inheritdoc/>
    public int EmbeddingSize { get; }

    /// <summary>Reads the weights, writes their ONNX graph into the cache folder where it is absent, and loads it.</summary>
    /// <param name="backbone">Which network.</param>
    /// <param name="weightsPath">Its safetensors file: the pretrained one or a model's, whose classifier is left out.</param>
    /// <param name="onnxCacheFolder">Folder for graphs; made when absent. Its files may be deleted when no embedder is open.</param>
    /// <param name="sidePx">S, a multiple of 32.</param>
    /// <param name="threads">Threads of one call, at least 1.</param>
    /// <returns>The embedder; the caller owns it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Side or threads do not fit.</exception>
    /// <exception cref="InvalidDataException">The file is no weight file of this backbone.</exception>
    /// <exception cref="IOException">The weights cannot be read or the graph not written.</exception>
    public static OnnxEmbedder Open(BackboneDescriptor backbone, string weightsPath, string onnxCacheFolder, int sidePx, int threads)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sidePx, BackboneDescriptor.SideMultiplePx);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sidePx % BackboneDescriptor.SideMultiplePx, 0);
        var weights = WeightFile.Read(weightsPath);
        backbone.Validate(weights);
        var hash = backbone.WeightsHash(weights);
        var graphPath = Path.Combine(onnxCacheFolder, string.Create(CultureInfo.InvariantCulture, $"{backbone.Name}-{hash[..16]}-g{GraphVersion}.onnx"));
        if (!File.Exists(graphPath))
        {
            Directory.CreateDirectory(onnxCacheFolder);
            BackboneGraph.Write(backbone, weights, graphPath);
        }
        var key = new EmbeddingKey(hash, sidePx, ImagePreprocessing.Version);
        return new(new OnnxSession(graphPath, sidePx, threads), key, backbone.EmbeddingSize);
    }

    /// <inheritdoc/>
    public void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings)
    {
        if (embeddings.Length != count * EmbeddingSize)
        {
            throw new ArgumentException($"{count} embeddings have {count * EmbeddingSize} floats and room for {embeddings.Length} was given.", nameof(embeddings));
        }
        _session.Run(images, count, BackboneGraph.EmbeddingOutput, embeddings);
    }

    /// <summary>Frees the network. No call may be running.</summary>
    public void Dispose() => _session.Dispose();
}
