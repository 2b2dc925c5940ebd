using LabelStudio.Learning.Embeddings;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Features;

/// <summary>A backbone that images are embedded with, where its embeddings are kept, and which are missing.</summary>
internal sealed class FeatureTarget(
    BackboneSource source, IEmbedder embedder, EmbeddingStore store, IDbContextFactory<StudioDbContext> contexts) : IDisposable
{
    // Whoever wants the target is its first holder, then each batch of it. Counted under the lock of its owner.
    private int _holders = 1;

    public BackboneSource Source { get; } = source;

    public IEmbedder Embedder { get; } = embedder;

    public EmbeddingStore Store { get; } = store;

    public FeatureBacklog Backlog { get; } = new(contexts, store);

    /// <summary>Nothing of the project is left to compute.</summary>
    public bool IsComplete(Guid projectId)
    {
        var (done, total, refused) = Backlog.CountsOf(projectId);
        return done + refused >= total;
    }

    public void Hold() => _holders++;

    /// <returns>Whether that was the last holder.</returns>
    public bool Release() => --_holders == 0;

    public void Dispose() => Embedder.Dispose();
}
