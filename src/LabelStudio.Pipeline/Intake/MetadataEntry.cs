namespace LabelStudio.Pipeline.Intake;

/// <summary>One thing known of an image besides its label: a value under a key.</summary>
public sealed class MetadataEntry
{
    public required Guid ProjectId { get; init; }

    public required long ImageId { get; init; }

    /// <summary>Lower case, see <see cref="MetadataRules"/>.</summary>
    public required string Key { get; init; }

    public required string Value { get; set; }

    /// <summary>The value as a number, or a date as seconds since 1970; null: it is neither. For ranges.</summary>
    public required double? Number { get; set; }
}
