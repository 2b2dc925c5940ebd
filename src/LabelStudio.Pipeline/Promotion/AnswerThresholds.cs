namespace LabelStudio.Pipeline.Promotion;

/// <summary>How probable a model's best class must be to be its answer; below, the answer is "unknown".</summary>
/// <param name="Overall">For every class without one of its own, 0 to 1; 0: always answer.</param>
/// <param name="Classes">Of single classes.</param>
public sealed record AnswerThresholds(double Overall, IReadOnlyDictionary<Guid, double> Classes)
{
    public static AnswerThresholds None { get; } = new(0, new Dictionary<Guid, double>());

    public double Of(Guid classId) => Classes.TryGetValue(classId, out var own) ? own : Overall;

    public bool Accept(Guid classId, double probability) => probability >= Of(classId);
}
