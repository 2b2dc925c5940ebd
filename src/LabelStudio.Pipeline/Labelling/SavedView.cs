namespace LabelStudio.Pipeline.Labelling;

/// <summary>A filter and order of the images page under a name, as the page writes it into its address.</summary>
public sealed class SavedView
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid UserId { get; init; }

    public required string Name { get; set; }

    /// <summary>The address's query, without the question mark.</summary>
    public required string Query { get; set; }

    /// <summary>Everybody in the project sees it.</summary>
    public bool IsShared { get; set; }

    public required DateTime CreatedUtc { get; init; }
}
