using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <summary>Sorts images out by what the model suggests for them: to confirm many at once and look only at the exceptions.</summary>
public static class SuggestedImages
{
    private const int Chunk = 500;

    /// <summary>More would keep a person waiting; after these are labelled the next ones come.</summary>
    private const int Most = 20_000;

    public static async Task<IReadOnlyList<long>> FindAsync(
        SuggestionService suggestions,
        Guid userId,
        Guid projectId,
        IReadOnlyList<long> imageIds,
        GridQuery query,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(suggestions);
        ArgumentNullException.ThrowIfNull(query);
        var found = new List<(long Id, double Probability, Guid ClassId)>();
        foreach (var some in imageIds.Take(Most).Chunk(Chunk))
        {
            foreach (var suggestion in await suggestions.SuggestAsync(userId, projectId, some, cancellationToken))
            {
                var top = suggestion.Scores[0];
                if (IsWanted(suggestion, query) && top.Probability * 100 >= (query.AtLeast ?? 0))
                {
                    found.Add((suggestion.ImageId, top.Probability, top.ClassId));
                }
            }
        }

        return query.Sort switch
        {
            GridQuery.MostCertain => [.. found.OrderByDescending(image => image.Probability).Select(image => image.Id)],
            GridQuery.LeastCertain => [.. found.OrderBy(image => image.Probability).Select(image => image.Id)],
            // One class after the other, the class with the most images first, the surest of each first.
            GridQuery.BySuggestion => [.. found.GroupBy(image => image.ClassId)
                .OrderByDescending(images => images.Count())
                .SelectMany(images => images.OrderByDescending(image => image.Probability))
                .Select(image => image.Id)],
            _ => [.. found.Select(image => image.Id)],
        };
    }

    /// <summary>Between two classes it does not matter which of them is the first.</summary>
    private static bool IsWanted(Suggestion suggestion, GridQuery query) => (query.Suggested, query.Against) switch
    {
        (null, _) => true,
        ({ } wanted, null) => suggestion.Scores[0].ClassId == wanted,
        ({ } one, { } other) => suggestion.Scores.Take(2).All(score => score.ClassId == one || score.ClassId == other),
    };
}
