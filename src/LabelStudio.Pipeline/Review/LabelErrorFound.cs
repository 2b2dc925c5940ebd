namespace LabelStudio.Pipeline.Review;

/// <summary>The outcome of one search: what was doubted then, and what the search looked at.</summary>
/// <param name="Qualities">By image the label that was judged and its probability, 0 to 1; without classes of too few images.</param>
internal sealed record LabelErrorFound(
    IReadOnlyList<DoubtedLabel> Doubted, int Judged, int WithoutEmbedding, IReadOnlyList<Guid> TooFewToJudge, LabelStamp Stamp,
    IReadOnlyDictionary<long, (Guid ClassId, double Quality)> Qualities)
{
    /// <summary>Embeddings of other projects join all the time: they matter only while some of this one are missing.</summary>
    public bool IsOutdated(LabelStamp now) =>
        now.LastAnnotationId != Stamp.LastAnnotationId || (WithoutEmbedding > 0 && now.Embedded != Stamp.Embedded);
}
