using LabelStudio.Pipeline.Features;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>The images of a project that have their embedding, by id: what is compared with one another.</summary>
internal sealed class EmbeddedImages(EmbeddingStore store, IReadOnlyList<EmbeddedImages.Row> rows)
{
    public IReadOnlyList<Row> Rows => rows;

    public static async Task<EmbeddedImages> ReadAsync(StudioDbContext db, Guid projectId, EmbeddingStore store, CancellationToken cancellationToken) =>
        new(store, (await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
                .OrderBy(image => image.Id)
                .Select(image => new Row(image.Id, image.Sha256, image.LabelClassId))
                .ToListAsync(cancellationToken))
            .FindAll(row => store.Contains(row.Sha256)));

    /// <summary>float32 [D] of the image in a row.</summary>
    public ReadOnlyMemory<float> Embedding(int row) => store.TryGet(rows[row].Sha256, out var embedding)
        ? embedding
        : throw new InvalidOperationException("An embedding went away while images were compared.");

    internal sealed record Row(long Id, string Sha256, Guid? LabelClassId);
}
