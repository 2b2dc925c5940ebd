using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>
/// How probable a model's best class must be to be its answer; below, the answer is "unknown". Where images may show several
/// classes: how probable each class must be, alone or with others, to be taken to be there.
/// </summary>
/// <param name="Overall">For every class without one of its own, 0 to 1; 0: always answer, of several classes from a half on.</param>
/// <param name="Classes">Of single classes.</param>
public sealed record AnswerThresholds(double Overall, IReadOnlyDictionary<Guid, double> Classes)
{
    public static AnswerThresholds None { get; } = new(0, new Dictionary<Guid, double>());

    /// <summary>Where images may show several classes: for every class without one of its own.</summary>
    public double OverallMarginal => Overall > 0 ? Overall : SeveralClassesEvaluation.YesFrom;

    public double Of(Guid classId) => Classes.TryGetValue(classId, out var own) ? own : Overall;

    public bool Accept(Guid classId, double probability) => probability >= Of(classId);

    /// <summary>From which probability a class is taken to be there, where images may show several.</summary>
    public double OfMarginal(Guid classId) => Classes.TryGetValue(classId, out var own) ? own : OverallMarginal;

    public bool AcceptMarginal(Guid classId, double probability) => probability >= OfMarginal(classId);
}
