using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Memory;

/// <summary>Which images of the classes that a model already knows are shown again while it learns new ones.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RehearsalMemory>))]
public enum RehearsalMemory
{
    /// <summary>All of them. The default: a labelling tool has them on disk, and nothing forgets less.</summary>
    All,

    /// <summary>Exemplars whose mean follows the class's mean at every length of the list (iCaRL's herding).</summary>
    Herding,

    /// <summary>Exemplars drawn by chance.</summary>
    Random,

    /// <summary>The exemplars nearest the class's mean.</summary>
    NearestMean,
}
