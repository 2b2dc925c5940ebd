namespace LabelStudio.Pipeline.Projects;

/// <summary>One line of the list of projects.</summary>
public sealed record ProjectSummary(
    Guid Id,
    string Name,
    string Description,
    int ImageCount,
    int LabelledCount,
    int ClassCount,
    string? ProductionModel,
    DateTime CreatedUtc,
    bool IsSample);
