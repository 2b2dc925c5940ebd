using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Serving;

/// <summary>A live head as others see it. Immutable.</summary>
/// <param name="Solution">What it answers with; null while it has learned nothing.</param>
/// <param name="Store">The embeddings it understands; null before the first update.</param>
/// <param name="Status">Figures to show.</param>
internal sealed record LiveHeadView(LdaSolution? Solution, EmbeddingStore? Store, LiveHeadStatus Status)
{
    public static LiveHeadView Empty { get; } = new(null, null, LiveHeadStatus.Empty);
}
