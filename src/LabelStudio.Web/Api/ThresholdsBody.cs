using LabelStudio.Pipeline.Promotion;

namespace LabelStudio.Web.Api;

/// <summary>From which probability a model answers, 0 to 1; below, it says "unknown".</summary>
/// <param name="Overall">For every class without one of its own; 0: always answer.</param>
/// <param name="Classes">Of single classes, by class id.</param>
public sealed record ThresholdsBody(double Overall = 0, IReadOnlyDictionary<Guid, double>? Classes = null)
{
    public AnswerThresholds ToThresholds() => new(Overall, Classes ?? AnswerThresholds.None.Classes);
}
