using System.Numerics.Tensors;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Serving;

/// <summary>Class suggestions for images that are about to be labelled.</summary>
public sealed class SuggestionService(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, LiveHeads liveHeads)
{
    /// <summary>The source of suggestions that come from the live head.</summary>
    public const string LiveHeadSource = "live head";

    private const int MostScores = 5;
    private const int MostImages = 500;

    /// <summary>Suggestions for those of the images that have one; an image without embedding has none. Needs the right to view.</summary>
    public async Task<IReadOnlyList<Suggestion>> SuggestAsync(
        Guid userId, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var (solution, store, _) = liveHeads.ViewOf(projectId);
        if (solution is not { Classes.Count: > 1 } || store is null || imageIds.Count == 0)
        {
            return [];
        }
        var ids = imageIds.Take(MostImages).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hashes = await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(ids).Contains(image.Id))
            .Select(image => new { image.Id, image.Sha256 })
            .ToDictionaryAsync(image => image.Id, image => image.Sha256, cancellationToken);
        var suggestions = new List<Suggestion>(ids.Length);
        var probabilities = new float[solution.Classes.Count];
        foreach (var imageId in ids)
        {
            if (hashes.TryGetValue(imageId, out var sha256) && store.TryGet(sha256, out var embedding))
            {
                solution.Probabilities(embedding.Span, 1, probabilities);
                suggestions.Add(new Suggestion(imageId, Best(probabilities, solution.Classes.ClassIds), LiveHeadSource));
            }
        }
        return suggestions;
    }

    private static List<ClassScore> Best(ReadOnlySpan<float> probabilities, IReadOnlyList<Guid> classIds)
    {
        var keys = new float[probabilities.Length];
        TensorPrimitives.Negate(probabilities, keys);
        var indices = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, indices);
        return [.. indices.Take(MostScores).Select((index, place) => new ClassScore(classIds[index], -keys[place]))];
    }
}
