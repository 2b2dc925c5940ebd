using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <summary>Sorts images out by what the model suggests for them: to confirm many at once and look only at the exceptions.</summary>
public static class SuggestedImages
{
    /// <param name="images">In the order they keep where the query asks for none of the model's.</param>
    /// <param name="sameSuggestions">What counts as the suggested class that the query asks for: itself, and combinations with it.</param>
    public static IReadOnlyList<long> Of(IReadOnlyList<ScoredImage> images, GridQuery query, IReadOnlySet<Guid>? sameSuggestions = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(query);
        var found = images.Where(image => IsWanted(image, query, sameSuggestions));
        return [.. Sorted(found, query.Sort).Select(image => image.ImageId)];
    }

    /// <summary>Between two classes it does not matter which of them is the first.</summary>
    public static bool IsWanted(ScoredImage image, GridQuery query, IReadOnlySet<Guid>? sameSuggestions = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(query);
        var (first, second) = (image.First.ClassId, image.Second.ClassId);
        var isSuggested = (query.Suggested, query.Against) switch
        {
            (null, _) => true,
            ({ } wanted, null) => first == wanted || sameSuggestions?.Contains(first) == true,
            ({ } one, { } other) => (first == one && second == other) || (first == other && second == one),
        };
        return isSuggested
            && image.First.Probability * 100 >= (query.AtLeast ?? 0)
            && (query.Agrees is not { } agrees || (image.LabelClassId == first) == agrees);
    }

    private static IEnumerable<ScoredImage> Sorted(IEnumerable<ScoredImage> images, string? sort) => sort switch
    {
        GridQuery.MostCertain => images.OrderByDescending(image => image.First.Probability),
        GridQuery.LeastCertain => images.OrderBy(image => image.First.Probability),
        GridQuery.LowMargin => images.OrderBy(image => image.Margin),
        GridQuery.HighMargin => images.OrderByDescending(image => image.Margin),
        GridQuery.HighEntropy => images.OrderByDescending(image => image.Entropy),
        GridQuery.LowEntropy => images.OrderBy(image => image.Entropy),
        // One class after the other, the class with the most images first, the surest of each first.
        GridQuery.BySuggestion => images.GroupBy(image => image.First.ClassId)
            .OrderByDescending(group => group.Count())
            .SelectMany(group => group.OrderByDescending(image => image.First.Probability)),
        _ => images,
    };
}
