namespace LabelStudio.Web.Api;

/// <param name="MoveId">The change of splits to take back.</param>
public sealed record SplitUndoRequest(Guid MoveId);
