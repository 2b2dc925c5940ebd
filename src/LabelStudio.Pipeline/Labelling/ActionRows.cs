using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// The rows that one action reads and writes. Few go through the change tracker. Many are read without it and written by few
/// statements in the same transaction: one for all images that became the same, one that is compiled once for the annotations.
/// </summary>
/// <param name="db">The context of the writer's work.</param>
/// <param name="decisions">How many decisions the action has.</param>
internal sealed class ActionRows(StudioDbContext db, int decisions)
{
    private const int Many = 20;
    private readonly bool _areMany = decisions >= Many;

    /// <summary>Where the action's images are read from; what it changes about them is kept by <see cref="SaveAsync"/>.</summary>
    public IQueryable<ImageRecord> Images => _areMany ? db.Images.AsNoTracking() : db.Images;

    /// <param name="changed">The images that the action changed.</param>
    /// <param name="annotations">New rows.</param>
    /// <param name="cancellationToken">Gives up; the transaction is the writer's.</param>
    public async Task SaveAsync(IEnumerable<ImageRecord> changed, IReadOnlyCollection<Annotation> annotations, CancellationToken cancellationToken)
    {
        if (!_areMany)
        {
            db.Annotations.AddRange(annotations);
            return;
        }

        await UpdateAsync(changed, cancellationToken);
        await db.InsertAllAsync(annotations, cancellationToken);
    }

    private async Task UpdateAsync(IEnumerable<ImageRecord> images, CancellationToken cancellationToken)
    {
        foreach (var same in images.GroupBy(image => new
        {
            image.State,
            image.LabelClassId,
            image.LabelVersion,
            image.LabelledBy,
            image.LabelledUtc,
            image.LabelOntologyVersion,
            image.IsFlagged,
            image.SkippedUtc,
            image.DiscardReason,
        }))
        {
            long[] ids = [.. same.Select(image => image.Id)];
            var now = same.Key;
            await db.Images.Where(image => EF.Parameter(ids).Contains(image.Id)).ExecuteUpdateAsync(
                row => row
                    .SetProperty(image => image.State, now.State)
                    .SetProperty(image => image.LabelClassId, now.LabelClassId)
                    .SetProperty(image => image.LabelVersion, now.LabelVersion)
                    .SetProperty(image => image.LabelledBy, now.LabelledBy)
                    .SetProperty(image => image.LabelledUtc, now.LabelledUtc)
                    .SetProperty(image => image.LabelOntologyVersion, now.LabelOntologyVersion)
                    .SetProperty(image => image.IsFlagged, now.IsFlagged)
                    .SetProperty(image => image.SkippedUtc, now.SkippedUtc)
                    .SetProperty(image => image.DiscardReason, now.DiscardReason),
                cancellationToken);
        }
    }
}
