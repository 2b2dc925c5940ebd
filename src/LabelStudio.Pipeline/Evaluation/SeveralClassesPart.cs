using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>
/// What a report says by class where images may show several: a combination is an answer of the model, but people think in
/// classes, and a rare combination says little.
/// </summary>
public sealed record SeveralClassesPart
{
    /// <summary>The classes in use, in the order of the figures.</summary>
    public required IReadOnlyList<Guid> ClassIds { get; init; }

    public required SeveralClassesMetrics Metrics { get; init; }

    /// <summary>Of the model before on the same images, with the same indices; it never calls a class that it does not know. Null without one.</summary>
    public SeveralClassesMetrics? Before { get; init; }

    /// <summary>Old classes apart, where some are new; empty where none is.</summary>
    public IReadOnlyList<OldClassF1> OldClasses { get; init; } = [];
}
