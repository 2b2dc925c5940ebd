namespace LabelStudio.Web.Api.MlBackend;

/// <summary>What a model says of one task. Label Studio drops an entry without results, so one without an answer has an empty list.</summary>
internal sealed record TaskAnswer(IReadOnlyList<TaskAnswer.Choice> Result, double Score, string ModelVersion)
{
    public static TaskAnswer None(string model) => new([], 0, model);

    /// <param name="choices">None: the picture shows none of them, which is an answer as well.</param>
    public static TaskAnswer Of(string model, LabelConfig config, IReadOnlyList<LabelChoice> choices, double probability) => new(
        choices.Count == 0 ? [] : [new Choice(Guid.NewGuid().ToString("N")[..10], config.FromName, config.ToName, "choices", new Value([.. choices.Select(choice => choice.ResultName)]), probability)],
        probability,
        model);

    internal sealed record Choice(string Id, string FromName, string ToName, string Type, Value Value, double Score);

    internal sealed record Value(IReadOnlyList<string> Choices);
}
