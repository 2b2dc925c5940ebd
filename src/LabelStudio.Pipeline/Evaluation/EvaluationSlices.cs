using System.Globalization;
using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A model's accuracy on parts of its test images: it may fail on one import or on small pictures only.</summary>
public sealed class EvaluationSlices(IDbContextFactory<StudioDbContext> contexts, EvaluationReports reports)
{
    /// <summary>The parts, the weakest first; images deleted since are left out. Needs the right to view.</summary>
    public async Task<IReadOnlyList<Slice>> OfAsync(Guid userId, Guid evaluationId, SliceKind kind, CancellationToken cancellationToken)
    {
        var report = await reports.GetAsync(userId, evaluationId, cancellationToken);
        var predictions = await reports.PredictionsAsync(userId, evaluationId, cancellationToken);
        var ages = kind == SliceKind.ClassAge ? await AgesAsync(report, cancellationToken) : [];
        var images = await ReadAsync(report.ProjectId, [.. predictions.Select(item => item.ImageId)], cancellationToken);
        return Ordered(predictions.Where(item => images.ContainsKey(item.ImageId))
            .GroupBy(item => kind == SliceKind.ClassAge ? ages[item.Target] : NameOf(images[item.ImageId], kind))
            .Select(group => SliceOf(group.Key, [.. group], report)));
    }

    /// <summary>The parts by a key of metadata, numbers and dates in ranges. Needs the right to view.</summary>
    public async Task<IReadOnlyList<Slice>> OfMetadataAsync(Guid userId, Guid evaluationId, string key, CancellationToken cancellationToken)
    {
        var report = await reports.GetAsync(userId, evaluationId, cancellationToken);
        var predictions = await reports.PredictionsAsync(userId, evaluationId, cancellationToken);
        var ids = predictions.Select(item => item.ImageId).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await db.Images.AsNoTracking().Where(image => image.ProjectId == report.ProjectId && EF.Parameter(ids).Contains(image.Id))
            .Select(image => new
            {
                image.Id,
                Value = db.Set<MetadataEntry>().Where(entry => entry.ImageId == image.Id && entry.Key == key).Select(entry => entry.Value).FirstOrDefault(),
            })
            .ToDictionaryAsync(image => image.Id, image => image.Value, cancellationToken);
        var parts = MetadataParts.Of(key, known.Values);
        return Ordered(predictions.Where(item => known.ContainsKey(item.ImageId))
            .GroupBy(item => parts.Find(known[item.ImageId]))
            .Select(group => SliceOf(group.Key.Name, [.. group], report) with { Metadata = group.Key.Filter }));
    }

    /// <summary>The weakest first; those too small to judge come last.</summary>
    private static List<Slice> Ordered(IEnumerable<Slice> slices) =>
        [.. slices.OrderBy(slice => slice.IsTooSmall).ThenBy(slice => slice.Accuracy).ThenByDescending(slice => slice.Count)];

    /// <summary>For each class since which of the models it grew from it is known, going back until a report is missing.</summary>
    private async Task<Dictionary<Guid, string>> AgesAsync(EvaluationReport newest, CancellationToken cancellationToken)
    {
        var generations = new Dictionary<Guid, int>();
        var generation = 0;
        var report = newest;
        while (report.Comparison is { } comparison)
        {
            foreach (var item in report.Classes.Where(item => item.IsNew))
            {
                generations.TryAdd(item.Id, generation);
            }

            if (await reports.FindAsync(comparison.ParentModelId, cancellationToken) is not { } parent)
            {
                break;
            }

            (report, generation) = (parent, generation + 1);
        }

        // An image of several classes is as hard as the newest of them; that they come together may be new when none of them is.
        return newest.Classes.ToDictionary(item => item.Id, item => item.Shown.Min(id => generations.TryGetValue(id, out var age) ? age : (int?)null) switch
        {
            null => "known from the start",
            0 => "new in this model",
            1 => "new in the model before",
            var age => string.Create(CultureInfo.InvariantCulture, $"new {age} models before"),
        });
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
        SliceKind.ClassAge => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The age is the class's and not the image's."),
    };

    private static Slice SliceOf(string name, List<TestPrediction> predictions, EvaluationReport report)
    {
        var right = predictions.Count(item => item.Predicted == item.Target);
        var (low, high) = WilsonInterval.Of(right, predictions.Count);
        return new(name, predictions.Count, right, low, high, MacroF1(predictions, new ShownClasses(report.Classes)), [.. predictions.Select(item => item.ImageId)]);
    }

    /// <summary>Of the classes that the images are of; of one that shows several, each counts for itself.</summary>
    private static double MacroF1(List<TestPrediction> predictions, ShownClasses shown)
    {
        var (given, said, right) = (new Dictionary<Guid, int>(), new Dictionary<Guid, int>(), new Dictionary<Guid, int>());
        foreach (var item in predictions)
        {
            var (target, predicted) = (shown.By(item.Target), shown.By(item.Predicted));
            Count(given, target);
            Count(said, predicted);
            Count(right, target.Intersect(predicted));
        }
        return given.Select(item => 2.0 * right.GetValueOrDefault(item.Key) / (item.Value + said.GetValueOrDefault(item.Key))).DefaultIfEmpty().Average();

        static void Count(Dictionary<Guid, int> counts, IEnumerable<Guid> classIds)
        {
            foreach (var id in classIds)
            {
                counts[id] = counts.GetValueOrDefault(id) + 1;
            }
        }
    }

    private sealed record SlicedImage(long Id, string Batch, string? Annotator, int WidthPx, int HeightPx, string Extension);
}
