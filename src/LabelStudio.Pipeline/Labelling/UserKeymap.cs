namespace LabelStudio.Pipeline.Labelling;

/// <summary>The keys a person has changed on the labelling pages.</summary>
public sealed class UserKeymap
{
    public required Guid UserId { get; init; }

    /// <summary>JSON: command to its keys. Commands that are missing have their usual ones.</summary>
    public required string Keys { get; set; }
}
