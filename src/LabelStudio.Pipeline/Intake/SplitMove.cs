namespace LabelStudio.Pipeline.Intake;

/// <summary>Somebody brought images into another split by hand: who, when, and where each came from.</summary>
public sealed class SplitMove
{
    public required Guid Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime MovedUtc { get; init; }

    public required Split To { get; init; }

    public required long[] FromTrain { get; init; }

    public required long[] FromValidation { get; init; }

    public required long[] FromTest { get; init; }

    /// <summary>When it was taken back; null: it holds.</summary>
    public DateTime? UndoneUtc { get; set; }
}
