using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a check before a run looked at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LaunchCheckKind>))]
public enum LaunchCheckKind
{
    /// <summary>Too few images, a missing split, missing embeddings.</summary>
    Data,

    /// <summary>One class has many times the training images of another.</summary>
    Imbalance,

    /// <summary>Labels from before a class existed.</summary>
    StaleLabels,

    /// <summary>Labels that are no longer what the frozen version holds.</summary>
    ChangedLabels,

    DuplicatesNotLookedFor,

    /// <summary>Images joined since somebody last looked for near-duplicates.</summary>
    DuplicatesOutdated,

    DuplicatesAcrossSplits,

    /// <summary>The one check that says all is well.</summary>
    NoDuplicatesAcrossSplits,

    Unlabelled,
}
