using System.Globalization;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>An immutable trained model; its files lie in <c>models/&lt;id&gt;/</c>.</summary>
public sealed class ModelVersion
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    /// <summary>Counts within the project, from 1.</summary>
    public required int Number { get; init; }

    public Guid? ParentId { get; init; }

    public required Guid RunId { get; init; }

    public required Guid DatasetSnapshotId { get; init; }

    public required DateTime CreatedUtc { get; init; }

    public required int ClassCount { get; init; }

    public required int TestCount { get; init; }

    public double? TestAccuracy { get; init; }

    public double? TestMacroF1 { get; init; }

    /// <summary>When somebody deleted it: its files are gone, its number is never given again, and the history still names it.</summary>
    public DateTime? DeletedUtc { get; set; }

    /// <summary>As people call it.</summary>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"Model {number}");
}
