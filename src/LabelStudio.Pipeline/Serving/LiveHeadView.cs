using LabelStudio.Learning.Heads;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Serving;

/// <summary>A live head as others see it. Immutable.</summary>
/// <param name="Solution">What it answers with; null while it has learned nothing.</param>
/// <param name="Store">The embeddings it understands; null before the first update.</param>
/// <param name="Status">Figures to show.</param>
internal sealed record LiveHeadView(LdaSolution? Solution, EmbeddingStore? Store, LiveHeadStatus Status)
{
    /// <summary>The source of suggestions that come from the live head.</summary>
    public const string LiveHeadSource = "live head";

    public static LiveHeadView Empty { get; } = new(null, null, LiveHeadStatus.Empty);

    /// <summary>The model that is asked first, where the project wishes that.</summary>
    public Adviser? Promoted { get; init; }

    public Advisers Advisers => new(
        Promoted, Solution is { Classes.Count: > 1 } && Store is not null ? new Adviser(LiveHeadSource, Solution, Store) : null);
}
