using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>A class people sort images into. The id is for ever: name, colour, key and place may change.</summary>
public sealed class ClassDefinition
{
    /// <summary>Of the combination without classes: somebody looked, and the image shows none of them.</summary>
    public const string NameOfNone = LabelCell.NoClass;

    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required string Name { get; set; }

    /// <summary>The name without case and surplus spaces: unique among the classes of a project.</summary>
    public required string NormalizedName { get; set; }

    /// <summary>"#rrggbb".</summary>
    public required string Colour { get; set; }

    /// <summary>One character, lower case; null: no key.</summary>
    public string? Hotkey { get; set; }

    public required int Position { get; set; }

    public string Description { get; set; } = "";

    /// <summary>Other names imports may use for it: former ones, and those added by hand.</summary>
    public List<string> Aliases { get; set; } = [];

    public bool IsArchived { get; set; }

    /// <summary>"None of these": for images that fit no other class. A project has one at most.</summary>
    public bool IsNegative { get; set; }

    /// <summary>
    /// The label of images that show several classes, or none of them; never chosen as a class, only made of those that were.
    /// Its classes are its <see cref="CombinationMember"/>s.
    /// </summary>
    public bool IsCombination { get; init; }

    /// <summary>Models are not to learn it, nor to suggest it; its images keep their label.</summary>
    public bool IsLeftOutOfTraining { get; set; }

    /// <summary>The class that took this one's images over.</summary>
    public Guid? MergedIntoId { get; set; }

    /// <summary>The annotations of the merge share it, so that it can be undone.</summary>
    public Guid? MergeActionId { get; set; }

    public required DateTime CreatedUtc { get; init; }

    public required int SinceOntologyVersion { get; init; }
}
