namespace LabelStudio.Pipeline.Projects;

/// <summary>A project as a page shows it, with the rights of the person who asked.</summary>
public sealed record ProjectDetails
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Guidelines { get; init; }

    public required int OntologyVersion { get; init; }

    /// <summary>An image may have several classes at once, or none of them.</summary>
    public bool TakesSeveralClasses { get; init; }

    public required int TrainPercent { get; init; }

    public required int ValidationPercent { get; init; }

    public required int TestPercent { get; init; }

    public required QueueOrder DefaultOrder { get; init; }

    public required SuggestionSource SuggestionSource { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public required bool IsSample { get; init; }

    public required int ImageCount { get; init; }

    public required int UnlabelledCount { get; init; }

    public required int LabelledCount { get; init; }

    public required int DiscardedCount { get; init; }

    public required int FlaggedCount { get; init; }

    public required int ClassCount { get; init; }

    public string? ProductionModel { get; init; }

    /// <summary>The role of the person who asked, in this project.</summary>
    public required StudioRole Role { get; init; }

    public bool Allows(StudioRight right) => Role.Includes(right);
}
