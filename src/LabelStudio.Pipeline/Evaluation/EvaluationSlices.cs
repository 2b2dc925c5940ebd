using LabelStudio.Learning.Evaluation;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A model's accuracy on parts of its test images: it may fail on one import or on small pictures only.</summary>
public sealed class EvaluationSlices(IDbContextFactory<StudioDbContext> contexts, EvaluationReports reports)
{
    /// <summary>The parts, the weakest first; images deleted since are left out. Needs the right to view.</summary>
    public async Task<IReadOnlyList<Slice>> OfAsync(Guid userId, Guid modelVersionId, SliceKind kind, CancellationToken cancellationToken)
    {
        var report = await reports.GetAsync(userId, modelVersionId, cancellationToken);
        var predictions = await reports.PredictionsAsync(userId, modelVersionId, cancellationToken);
        var images = await ReadAsync(report.ProjectId, [.. predictions.Select(item => item.ImageId)], cancellationToken);
        return
        [
            .. predictions.Where(item => images.ContainsKey(item.ImageId))
                .GroupBy(item => NameOf(images[item.ImageId], kind))
                .Select(group => SliceOf(group.Key, [.. group]))
                .OrderBy(slice => slice.Accuracy)
                .ThenByDescending(slice => slice.Count),
        ];
    }

    private async Task<Dictionary<long, SlicedImage>> ReadAsync(Guid projectId, long[] ids, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId && EF.Parameter(ids).Contains(image.Id))
            .Select(image => new SlicedImage(
                image.Id,
                db.ImportBatches.Where(batch => batch.Id == image.ImportBatchId).Select(batch => batch.Name).FirstOrDefault() ?? "",
                db.Users.Where(user => user.Id == image.LabelledBy).Select(user => user.DisplayName).FirstOrDefault(),
                image.WidthPx,
                image.HeightPx,
                image.Extension))
            .ToDictionaryAsync(image => image.Id, cancellationToken);
    }

    private static string NameOf(SlicedImage image, SliceKind kind) => kind switch
    {
        SliceKind.ImportBatch => image.Batch,
        SliceKind.Annotator => image.Annotator ?? "nobody now",
        SliceKind.Size => Math.Min(image.WidthPx, image.HeightPx) switch
        {
            < 128 => "shorter side under 128 px",
            < 256 => "shorter side 128 to 255 px",
            < 512 => "shorter side 256 to 511 px",
            < 1024 => "shorter side 512 to 1023 px",
            _ => "shorter side 1024 px or more",
        },
        SliceKind.Shape => ((double)image.WidthPx / image.HeightPx) switch
        {
            < 0.8 => "upright",
            > 1.25 => "wide",
            _ => "about square",
        },
        SliceKind.Format => image.Extension.TrimStart('.'),
    };

    private static Slice SliceOf(string name, List<TestPrediction> predictions)
    {
        var right = predictions.Count(item => item.Predicted == item.Target);
        var (low, high) = WilsonInterval.Of(right, predictions.Count);
        return new(name, predictions.Count, right, low, high, [.. predictions.Select(item => item.ImageId)]);
    }

    private sealed record SlicedImage(long Id, string Batch, string? Annotator, int WidthPx, int HeightPx, string Extension);
}
