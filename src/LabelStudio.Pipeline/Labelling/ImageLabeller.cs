namespace LabelStudio.Pipeline.Labelling;

/// <summary>Saves decisions: each once, never over somebody else's newer one, and takes them back.</summary>
public sealed class ImageLabeller
{
    /// <summary>Results come in the order of the decisions, and are on the disk when the task completes.</summary>
    public Task<IReadOnlyList<DecisionResult>> DecideAsync(
        Guid userId, Guid projectId, IReadOnlyList<Decision> decisions, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes back the person's last decision that is not taken back yet; null: there is none.</summary>
    public Task<UndoResult?> UndoAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Does again what the last undo took back; null: nothing, or something newer was decided since.</summary>
    public Task<UndoResult?> RedoAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The person's latest decisions, newest first.</summary>
    public Task<IReadOnlyList<RecentDecision>> RecentAsync(Guid userId, Guid projectId, int count, CancellationToken cancellationToken) => throw new NotImplementedException();
}
