using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>The labels of a report whose images may show several classes, and which classes each stands for.</summary>
/// <param name="Classes">The classes, in the order of the columns of marginal probabilities.</param>
/// <param name="Members">By label index of the report.</param>
public sealed record ReportLabels(IReadOnlyList<ReportClass> Classes, LabelMembers Members)
{
    /// <summary>Null: each label of the report is a class.</summary>
    public static ReportLabels? Of(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.SeveralClasses is not { } part)
        {
            return null;
        }
        var byId = report.Classes.ToDictionary(item => item.Id);
        return new([.. part.ClassIds.Select(id => byId[id])], MembersOf(part.ClassIds, report.Classes.Select(item => item.Shown)));
    }

    /// <summary>By index; a class that is not among the columns is left out.</summary>
    internal static LabelMembers MembersOf(IReadOnlyList<Guid> classIds, IEnumerable<IReadOnlyList<Guid>> labels)
    {
        var indices = classIds.Index().ToDictionary(item => item.Item, item => item.Index);
        return new(labels.Select(shown => shown.Distinct().Where(indices.ContainsKey).Select(id => indices[id])), classIds.Count);
    }
}
