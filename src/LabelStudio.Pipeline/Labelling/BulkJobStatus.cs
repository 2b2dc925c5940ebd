namespace LabelStudio.Pipeline.Labelling;

/// <param name="Total">Images it was asked to change.</param>
/// <param name="Done">Images it has come to so far.</param>
/// <param name="Changed">Those of them that it changed.</param>
/// <param name="LeftOut">Those that somebody decided upon meanwhile.</param>
/// <param name="LeftOutIds">The first of those.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="MoveIds">Changes of splits it made, to take them back by.</param>
public sealed record BulkJobStatus(
    Guid Id,
    BulkAction Action,
    BulkJobState State,
    int Total,
    int Done,
    int Changed,
    int LeftOut,
    IReadOnlyList<long> LeftOutIds,
    string? Problem,
    IReadOnlyList<Guid> MoveIds)
{
    internal static BulkJobStatus Of(BulkJob job) => new(
        job.Id,
        job.Action,
        job.State,
        job.Total,
        job.Done,
        job.Changed,
        job.LeftOut,
        job.LeftOutIds,
        job.State == BulkJobState.Failed ? job.Problem : null,
        job.MoveIds);
}
