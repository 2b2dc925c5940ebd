using LabelStudio.Learning.Heads;
using LabelStudio.Learning.LabelErrors;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// Judges every label of a project by live heads that did not learn it, on embeddings of a backbone that did not either.
/// Takes seconds, so the outcome is kept until somebody asks for a new search.
/// </summary>
public sealed class LabelErrorSearch(IDbContextFactory<StudioDbContext> contexts, EmbeddingStores stores) : IDisposable
{
    private const int Seed = 1;
    private readonly KeptSearches<LabelErrorFound> _searches = new();

    public void Dispose() => _searches.Dispose();

    /// <summary>The kept outcome; searches when there is none or a new one is asked for.</summary>
    internal Task<LabelErrorFound> FindAsync(Guid projectId, bool again, CancellationToken cancellationToken) =>
        _searches.FindAsync(projectId, again, () => SearchAsync(projectId, cancellationToken), cancellationToken);

    /// <summary>Where labels and embeddings stand now.</summary>
    internal async Task<LabelStamp> StampAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) => new(
        await db.Annotations.Where(annotation => annotation.ProjectId == projectId).MaxAsync(annotation => (long?)annotation.Id, cancellationToken) ?? 0,
        stores.ImpartialOf(projectId)?.Count ?? 0);

    private async Task<LabelErrorFound> SearchAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var stamp = await StampAsync(db, projectId, cancellationToken);
        var labelled = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled && image.LabelClassId != null)
            // No live head learns the others, and no label could be changed into an archived class.
            .Where(image => db.Classes.Any(item => item.Id == image.LabelClassId && !item.IsArchived && !item.IsLeftOutOfTraining))
            .OrderBy(image => image.Id)
            .Select(image => new LabelledImage(image.Id, image.Sha256, image.FileName, image.LabelVersion, image.LabelClassId!.Value))
            .ToListAsync(cancellationToken);
        var store = stores.ImpartialOf(projectId);
        var judged = labelled.Where(image => store?.Contains(image.Sha256) == true).ToArray();
        var classes = ClassIndexMap.Of(judged.Select(image => image.ClassId).Distinct().Order());
        if (store is null || classes.Count < 2)
        {
            return new([], 0, labelled.Count - judged.Length, classes.ClassIds, stamp, new Dictionary<long, (Guid, double)>());
        }

        var (findings, qualities) = await Task.Run(() => Judge(judged, classes, store, cancellationToken), cancellationToken);
        return new(
            [.. findings.Candidates.Select(candidate => Doubt(judged[candidate.Image], candidate, classes))],
            judged.Length,
            labelled.Count - judged.Length,
            [.. findings.TooFewToJudge.Select(index => classes[index])],
            stamp,
            judged.Index()
                .Where(item => !findings.TooFewToJudge.Contains(classes.IndexOf(item.Item.ClassId)))
                .ToDictionary(item => item.Item.Id, item => (item.Item.ClassId, qualities[item.Index])));
    }

    private static (LabelErrorFindings Findings, double[] Qualities) Judge(
        LabelledImage[] images, ClassIndexMap classes, EmbeddingStore store, CancellationToken cancellationToken)
    {
        int[] targets = [.. images.Select(image => classes.IndexOf(image.ClassId))];
        var outOfSample = OutOfSample.CrossValidate(
            classes,
            targets,
            image => store.TryGet(images[image].Sha256, out var embedding) ? embedding : throw new InvalidOperationException("A stored embedding is gone."),
            store.EmbeddingSize,
            OutOfSample.DefaultFolds,
            Seed,
            cancellationToken);
        return (
            LabelErrorFindings.Of(targets, outOfSample.Probabilities, classes.Count, LabelErrorFindings.DefaultLeastImages),
            LabelQuality.SelfConfidence(targets, outOfSample.Probabilities, classes.Count));
    }

    private static DoubtedLabel Doubt(LabelledImage image, LabelErrorCandidate candidate, ClassIndexMap classes) => new(
        image.Id,
        image.Sha256,
        image.FileName,
        image.LabelVersion,
        image.ClassId,
        classes[candidate.Suggested],
        candidate.GivenProbability,
        candidate.SuggestedProbability);

    private sealed record LabelledImage(long Id, string Sha256, string FileName, int LabelVersion, Guid ClassId);
}
