using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Snapshots;

/// <summary>A class of a model as it was when the model was made.</summary>
/// <param name="Id">Permanent id.</param>
/// <param name="Name">Name at that time.</param>
/// <param name="Index">Position in the logits.</param>
public sealed record ClassEntry(Guid Id, string Name, int Index)
{
    /// <summary>Training images that it is known from, those that only earlier models saw included; null: the model keeps no count.</summary>
    public long? Images { get; init; }

    /// <summary>Of a combination (the label of images that show several classes, or none): its classes, which are classes of the model too; null: it is a class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? MemberIds { get; init; }
}
