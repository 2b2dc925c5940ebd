using System.Text.Json.Serialization;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A label of a report, a class or a combination; its place in the list is its index in the figures.</summary>
/// <param name="IsNew">The model before does not know it.</param>
public sealed record ReportClass(Guid Id, string Name, bool IsNew)
{
    /// <summary>Of a combination: its classes, those that took merged ones over; none: somebody looked and saw none. Null: it is a class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? MemberIds { get; init; }

    [JsonIgnore]
    public bool IsCombination => MemberIds is not null;

    /// <summary>The classes that an image with this label shows.</summary>
    [JsonIgnore]
    public IReadOnlyList<Guid> Shown => MemberIds ?? [Id];
}
