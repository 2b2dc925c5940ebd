using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Tests.Hosting;

/// <summary>Embeddings drawn around one centre for each class, as a frozen network would give for images that differ.</summary>
internal static class Embeddings
{
    public const int Size = 24;

    /// <summary>Opens the store that live heads wait for, without any network.</summary>
    public static EmbeddingStore OpenStore(ModelStudio studio)
    {
        using var embedder = new SizedEmbedder();
        return studio.Get<EmbeddingStores>().OpenPretrained(embedder);
    }

    /// <summary>Gives each image an embedding of its kind (row number modulo kinds, or the given kind).</summary>
    public static void Fill(EmbeddingStore store, IReadOnlyList<ImageRecord> images, Func<int, int> kindOf, double noise = 0.3)
    {
        for (var index = 0; index < images.Count; index++)
        {
            store.Append(images[index].Sha256, Draw(kindOf(index), images[index].Id, noise));
        }
        store.Flush();
    }

    public static float[] Draw(int kind, long seed, double noise)
    {
        var centre = new Random(1000 + kind);
        var random = new Random((int)seed);
        return [.. Enumerable.Range(0, Size).Select(_ => (float)Math.Max(0, centre.NextDouble() + (noise * (random.NextDouble() - 0.5))))];
    }

    private sealed class SizedEmbedder : IEmbedder
    {
        public EmbeddingKey Key { get; } = new("5123d", 64, 1);

        public int EmbeddingSize => Size;

        public void Embed(ReadOnlyMemory<float> images, int count, Span<float> embeddings) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
