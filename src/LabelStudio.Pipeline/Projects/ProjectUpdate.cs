namespace LabelStudio.Pipeline.Projects;

/// <summary>The settings of a project as they shall be. Percentages reach only images that come in later.</summary>
public sealed record ProjectUpdate(
    string Name,
    string Description,
    string Guidelines,
    int TrainPercent,
    int ValidationPercent,
    int TestPercent,
    QueueOrder DefaultOrder,
    SuggestionSource SuggestionSource)
{
    /// <summary>An image may have several classes at once, or none of them; null: as it was.</summary>
    public bool? TakesSeveralClasses { get; init; }
}
