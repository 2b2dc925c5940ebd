using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>What a model's labels are in a labelling interface: none, one or several of its choices.</summary>
/// <param name="config">The interface.</param>
/// <param name="combinations">The names of the classes of each combination.</param>
internal sealed class ChoicesOfLabels(LabelConfig config, IReadOnlyDictionary<Guid, IReadOnlyList<string>> combinations)
{
    /// <summary>
    /// The most probable choices; null: the interface lists nothing that the model knows. Several labels of ours may be the same
    /// choices of theirs, and what their interface does not list takes no part.
    /// </summary>
    public (IReadOnlyList<LabelChoice> Choices, double Probability)? Best(IEnumerable<ClassProbability> labels)
    {
        var answers = labels.SelectMany(label => Of(label).Select(choices => (Choices: choices, label.Probability)))
            .GroupBy(item => string.Join('\n', item.Choices.Select(choice => choice.ResultName)))
            .Select(group => (group.First().Choices, Probability: group.Sum(item => item.Probability)))
            .ToList();
        return answers.Count == 0 ? null : answers.MaxBy(item => item.Probability);
    }

    /// <summary>All choices of a label at once; each alone where a picture gets one only.</summary>
    private IEnumerable<IReadOnlyList<LabelChoice>> Of(ClassProbability label)
    {
        var names = combinations.GetValueOrDefault(label.ClassId) ?? [label.Name];
        // In the interface's order: the same choices are the same answer.
        List<LabelChoice> choices = [.. config.Choices.Where(names.Select(config.Find).Contains)];
        return !config.TakesSeveral ? choices.Select(choice => new[] { choice })
            : choices.Count > 0 || names.Count == 0 ? [choices]
            : [];
    }
}
