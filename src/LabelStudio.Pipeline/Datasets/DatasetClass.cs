using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>A label of a dataset: a class, or a combination of classes. Equal by id and name, as an id stands for the same classes for ever.</summary>
public sealed record DatasetClass(Guid Id, string Name)
{
    /// <summary>Of a combination (the label of images that show several classes, or none): its classes, in their order; null: it is a class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    public bool Equals(DatasetClass? other) => other is not null && Id == other.Id && Name == other.Name;

    public override int GetHashCode() => HashCode.Combine(Id, Name);
}
