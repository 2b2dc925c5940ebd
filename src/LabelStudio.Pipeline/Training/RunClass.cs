using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Training;

/// <summary>A class of a run, or a combination of its classes.</summary>
public sealed record RunClass(Guid Id, string Name, string Colour, bool IsNew)
{
    /// <summary>It could have been trained, and whoever launched the run chose not to.</summary>
    public bool IsLeftOut { get; init; }

    /// <summary>Of a combination (the label of images that show several classes, or none): its classes; null: it is a class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    [JsonIgnore]
    public bool IsCombination => MemberIds is not null;
}
