namespace LabelStudio.Pipeline.Promotion;

/// <summary>Somebody's act of changing a project's gate rules. Rows are only added; the newest one counts.</summary>
public sealed class GateRulesRecord
{
    public long Id { get; init; }

    public required Guid ProjectId { get; init; }

    public required Guid UserId { get; init; }

    public required DateTime AtUtc { get; init; }

    public required double MaxClassDrop { get; init; }

    public double? MaxForgetting { get; init; }

    public required bool KeepsMacroF1 { get; init; }

    public required int FewestTestImages { get; init; }

    public GateRules Rules => new(MaxClassDrop, MaxForgetting, KeepsMacroF1, FewestTestImages);
}
