namespace LabelStudio.Pipeline.Intake;

/// <param name="MoveId">To take it back by; null: nothing was moved.</param>
/// <param name="Count">Images that changed their split.</param>
public sealed record SplitMoveResult(Guid? MoveId, int Count);
