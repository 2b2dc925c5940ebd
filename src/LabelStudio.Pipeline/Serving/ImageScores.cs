using LabelStudio.Learning.LabelOrder;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Serving;

/// <summary>
/// What those who suggest classes say of many images, to sort and filter by. They have learned the labels they are asked
/// about: of those they contradict only what most others of the class speak against, the search for label errors judges more
/// strictly.
/// </summary>
public sealed class ImageScores(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, QualityPlans plans, LiveHeads liveHeads)
{
    /// <summary>
    /// All images of a filter in its order; those without embedding are left out, and all while fewer than two classes are
    /// learned. Needs the right to view, and that the project does not hide suggestions from the person.
    /// </summary>
    public async Task<IReadOnlyList<ScoredImage>> ScoreAsync(
        Guid userId, Guid projectId, ImageFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await plans.DemandSuggestionsAsync(userId, projectId, cancellationToken);
        var advisers = liveHeads.ViewOf(projectId).Advisers;
        if (!advisers.CanAdvise)
        {
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var images = await (await db.Images.AsNoTracking().MatchingAsync(db, projectId, filter, userId, hidden, cancellationToken)).Sorted(filter.Sort)
            .Select(image => new Row(image.Id, image.Sha256, image.State, image.LabelClassId))
            .ToListAsync(cancellationToken);
        images = images.ConvertAll(image => image with { LabelClassId = hidden.Seen(image.Id, image.State, image.LabelClassId).ClassId });
        return await Task.Run(() => Score(images, advisers, cancellationToken), cancellationToken);
    }

    private static List<ScoredImage> Score(List<Row> images, Advisers advisers, CancellationToken cancellationToken)
    {
        var scored = new List<ScoredImage>(images.Count);
        var hearing = new Hearing(advisers);
        foreach (var image in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (hearing.AskProbabilities(image.Sha256, out var scores) is { } adviser)
            {
                var classes = adviser.Classifier.Classes;
                var (first, second) = FirstTwo(scores);
                scored.Add(new ScoredImage(
                    image.Id, image.LabelClassId, new(classes[first], scores[first]), new(classes[second], scores[second]), Uncertainty.Entropy(scores)));
            }
        }

        return scored;
    }

    private static (int First, int Second) FirstTwo(ReadOnlySpan<float> probabilities)
    {
        var (first, second) = probabilities[1] > probabilities[0] ? (1, 0) : (0, 1);
        for (var index = 2; index < probabilities.Length; index++)
        {
            if (probabilities[index] > probabilities[first])
            {
                (first, second) = (index, first);
            }
            else if (probabilities[index] > probabilities[second])
            {
                second = index;
            }
        }

        return (first, second);
    }

    private sealed record Row(long Id, string Sha256, ImageState State, Guid? LabelClassId);
}
