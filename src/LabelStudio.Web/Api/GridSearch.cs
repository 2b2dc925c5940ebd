using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Serving;

namespace LabelStudio.Web.Api;

/// <summary>All images that a grid shows, in its order.</summary>
public sealed class GridSearch(ImageLibrary images, ImageScores scores, LabelQualityOrder qualities, OutlierOrder outliers, SimilarImages similar, ReviewStates reviews, ClassCatalog classes)
{
    private const int MostSimilar = 500;

    public async Task<IReadOnlyList<long>> FindAsync(Guid userId, Guid projectId, GridQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filter = query.ToFilter();
        if (query.ReviewState is { } review)
        {
            filter = filter with { Ids = await reviews.IdsAsync(userId, projectId, review, query.By, cancellationToken) };
        }

        IReadOnlyList<long>? scored = query.NeedsScores
            ? SuggestedImages.Of(
                await scores.ScoreAsync(userId, projectId, filter, cancellationToken), query, await SameSuggestionsAsync(userId, projectId, query, cancellationToken))
            : null;
        filter = scored is null ? filter : filter with { Ids = scored };
        if (query.Similar is { } imageId)
        {
            var found = await similar.FindAsync(userId, projectId, imageId, filter, MostSimilar, cancellationToken);
            return [.. found.Select(image => image.ImageId)];
        }

        if (query.SortsByQuality)
        {
            return await qualities.SortAsync(userId, projectId, filter, query.Sort == GridQuery.Trusted, cancellationToken);
        }

        if (query.Sort == GridQuery.Unlike)
        {
            return await outliers.SortAsync(userId, projectId, filter, cancellationToken);
        }

        return scored ?? await images.IdsAsync(userId, projectId, filter, cancellationToken);
    }

    /// <summary>An image that shows the class with others is suggested to show the class too.</summary>
    private async Task<IReadOnlySet<Guid>?> SameSuggestionsAsync(Guid userId, Guid projectId, GridQuery query, CancellationToken cancellationToken) =>
        query is { Suggested: { } wanted, Against: null }
            ? (await classes.ListAsync(userId, projectId, cancellationToken)).Where(item => item.MemberIds?.Contains(wanted) == true).Select(item => item.Id).ToHashSet()
            : null;
}
