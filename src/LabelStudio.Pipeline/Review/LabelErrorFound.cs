namespace LabelStudio.Pipeline.Review;

/// <summary>The outcome of one search: what was doubted then, and what the search looked at.</summary>
internal sealed record LabelErrorFound(
    IReadOnlyList<DoubtedLabel> Doubted, int Judged, int WithoutEmbedding, IReadOnlyList<Guid> TooFewToJudge, LabelStamp Stamp)
{
    /// <summary>Embeddings of other projects join all the time: they matter only while some of this one are missing.</summary>
    public bool IsOutdated(LabelStamp now) =>
        now.LastAnnotationId != Stamp.LastAnnotationId || (WithoutEmbedding > 0 && now.Embedded != Stamp.Embedded);
}
