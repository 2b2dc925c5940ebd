using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Serving;

/// <summary>An image that waits for a label, with its embedding once there is one.</summary>
internal sealed class UnlabelledImage(LiveImage image)
{
    public LiveImage Image { get; } = image;

    public long Id => Image.Id;

    public ReadOnlyMemory<float> Embedding { get; private set; }

    public bool Resolve(EmbeddingStore store)
    {
        if (Embedding.IsEmpty && store.TryGet(Image.Sha256, out var embedding))
        {
            Embedding = embedding;
        }
        return !Embedding.IsEmpty;
    }
}
