using System.Numerics.Tensors;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Serving;

/// <summary>Class suggestions for images that are about to be labelled.</summary>
public sealed class SuggestionService(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, QualityPlans plans, LiveHeads liveHeads)
{
    private const int MostScores = 5;

    // Where images may show several classes, a class is as probable as all labels with it together: the small ones count.
    private const int MostScoresOfSeveral = 30;
    private const float LeastProbabilityOfSeveral = 0.01f;

    private const int MostImages = 500;

    /// <summary>Suggestions for those of the images that have one; an image without embedding has none, and none has
    /// for people whom the project hides them from. Needs the right to view.</summary>
    public async Task<IReadOnlyList<Suggestion>> SuggestAsync(
        Guid userId, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var advisers = liveHeads.ViewOf(projectId).Advisers;
        if (!advisers.CanAdvise || imageIds.Count == 0
            || await plans.HideSuggestionsFromAsync(userId, projectId, cancellationToken))
        {
            return [];
        }
        var ids = imageIds.Take(MostImages).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hashes = await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(ids).Contains(image.Id))
            .Select(image => new { image.Id, image.Sha256 })
            .ToDictionaryAsync(image => image.Id, image => image.Sha256, cancellationToken);
        var severalClasses = await db.Classes.AnyAsync(item => item.ProjectId == projectId && item.IsCombination, cancellationToken);
        var suggestions = new List<Suggestion>(ids.Length);
        var hearing = new Hearing(advisers);
        foreach (var imageId in ids)
        {
            if (hashes.TryGetValue(imageId, out var sha256) && hearing.AskProbabilities(sha256, out var probabilities) is { } adviser)
            {
                suggestions.Add(new Suggestion(imageId, Best(probabilities, adviser.Classifier.Classes.ClassIds, severalClasses), adviser.Name));
            }
        }
        return suggestions;
    }

    /// <summary>Names of those who suggest classes to this person now, as <see cref="Suggestion.Source"/> has them. Needs the right to view.</summary>
    public async Task<IReadOnlyList<string>> AdvisersAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        if (await plans.HideSuggestionsFromAsync(userId, projectId, cancellationToken))
        {
            return [];
        }
        var advisers = liveHeads.ViewOf(projectId).Advisers;
        return [.. new[] { advisers.Promoted?.Name, advisers.Live?.Name }.OfType<string>()];
    }

    /// <summary>How many unlabelled images have a suggestion; null: nobody suggests anything to this person. Needs the right to view.</summary>
    /// <param name="areAllRead">Every image has its embedding: they need not be looked up, which takes a moment with very many.</param>
    public async Task<int?> CountAsync(Guid userId, Guid projectId, bool areAllRead, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var advisers = liveHeads.ViewOf(projectId).Advisers;
        if (!advisers.CanAdvise || await plans.HideSuggestionsFromAsync(userId, projectId, cancellationToken))
        {
            return null;
        }
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var unlabelled = db.Images.AsNoTracking().Where(image => image.ProjectId == projectId && image.State == ImageState.Unlabelled);
        return areAllRead
            ? await unlabelled.CountAsync(cancellationToken)
            : (await unlabelled.Select(image => image.Sha256).ToListAsync(cancellationToken)).Count(advisers.HaveRead);
    }

    /// <summary>The most probable labels, best first: some, and where images may show several classes all that are not negligible.</summary>
    internal static IReadOnlyList<ClassScore> Best(ReadOnlySpan<float> probabilities, IReadOnlyList<Guid> classIds, bool severalClasses)
    {
        var keys = new float[probabilities.Length];
        TensorPrimitives.Negate(probabilities, keys);
        var indices = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, indices);
        var most = severalClasses ? Math.Clamp(keys.TakeWhile(key => -key >= LeastProbabilityOfSeveral).Count(), MostScores, MostScoresOfSeveral) : MostScores;
        return [.. indices.Take(most).Select((index, place) => new ClassScore(classIds[index], -keys[place]))];
    }
}
