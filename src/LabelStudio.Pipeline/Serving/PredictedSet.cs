using LabelStudio.Pipeline.Promotion;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// What a model says of a picture that may show several classes: the most probable label, and for each class whether it is
/// there, by its own probability. The two answers may differ: the first is the likeliest whole, the second the likeliest of
/// each part.
/// </summary>
/// <param name="Labels">The labels that the model can answer, classes and combinations, most probable first; at least one.</param>
/// <param name="ShowsNone">The most probable one stands for no class at all.</param>
/// <param name="Marginals">Of each class how probable it is that the picture shows it, alone or with others; best first.</param>
/// <param name="Thresholds">From which probability a class is taken to be there.</param>
public sealed record PredictedSet(IReadOnlyList<ClassProbability> Labels, bool ShowsNone, IReadOnlyList<ClassProbability> Marginals, AnswerThresholds Thresholds)
{
    /// <summary>The most probable label, with its own probability.</summary>
    public ClassProbability Label => Labels[0];

    /// <summary>The classes that are taken to be there, best first.</summary>
    public IReadOnlyList<ClassProbability> Classes => [.. Marginals.Where(item => Thresholds.AcceptMarginal(item.ClassId, item.Probability))];

    /// <summary>No class is probable enough to be there, while the model does not say that none is.</summary>
    public bool IsUnknown => !ShowsNone && Classes.Count == 0;
}
