using System.Security.Claims;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LabelStudio.Web.Api;

/// <summary>
/// What the grid's module asks: all ids of a filter (a few bytes each, so that scrolling and selecting know every image),
/// and the tiles of those in sight.
/// </summary>
public static class GridEndpoints
{
    private const int MostTiles = 500;
    private const int MostChanged = 10_000;
    private const int MostSimilar = 500;

    public static IEndpointRouteBuilder MapGrid(this IEndpointRouteBuilder app)
    {
        var grid = app.MapGroup("/api/v1/projects/{projectId:guid}/images");
        grid.MapGet("/ids", IdsAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapPost("/tiles", TilesAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapPost("/split", MoveAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        grid.MapPost("/delete", DeleteAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        return app;
    }

    private static async Task<Ok<IReadOnlyList<long>>> IdsAsync(
        Guid projectId,
        [AsParameters] GridQuery query,
        ClaimsPrincipal user,
        ImageLibrary images,
        SuggestionService suggestions,
        SimilarImages similar,
        CancellationToken cancellationToken)
    {
        var userId = user.UserId();
        if (query.Similar is { } imageId)
        {
            var found = await similar.FindAsync(userId, projectId, imageId, query.ToFilter(), MostSimilar, cancellationToken);
            return TypedResults.Ok<IReadOnlyList<long>>([.. found.Select(image => image.ImageId)]);
        }

        var ids = await images.IdsAsync(userId, projectId, query.ToFilter(), cancellationToken);
        return TypedResults.Ok(query.NeedsSuggestions
            ? await SuggestedImages.FindAsync(suggestions, userId, projectId, ids, query, cancellationToken)
            : ids);
    }

    private static async Task<Ok<TilesAnswer>> TilesAsync(
        Guid projectId,
        TilesRequest request,
        ClaimsPrincipal user,
        ImageLibrary images,
        SuggestionService suggestions,
        ImageComments comments,
        SimilarImages similar,
        CancellationToken cancellationToken)
    {
        if (request.Ids is not { Count: <= MostTiles })
        {
            throw new InvalidRequestException($"At most {MostTiles} images a request. Ask for the others in a next one.");
        }

        if (request.Ids.Count == 0)
        {
            return TypedResults.Ok(new TilesAnswer([], new Dictionary<long, ClassScore>(), new Dictionary<long, int>(), null));
        }

        var userId = user.UserId();
        var tiles = await images.PageAsync(
            userId, projectId, new ImageFilter { Ids = request.Ids }, afterId: null, request.Ids.Count, cancellationToken);
        var found = request.WithSuggestions
            ? await suggestions.SuggestAsync(userId, projectId, request.Ids, cancellationToken)
            : [];
        return TypedResults.Ok(new TilesAnswer(
            tiles, found.Where(s => s.Scores.Count > 0).ToDictionary(s => s.ImageId, s => s.Scores[0]),
            await comments.OpenCountsAsync(userId, projectId, request.Ids, cancellationToken),
            request.SimilarTo is { } imageId ? await similar.CompareAsync(userId, projectId, imageId, request.Ids, cancellationToken) : null));
    }

    private static async Task<Ok<MovedImages>> MoveAsync(
        Guid projectId, SplitRequest request, ClaimsPrincipal user, DuplicateResolution images, CancellationToken cancellationToken)
    {
        if (request.ImageIds is not { Count: > 0 and <= MostChanged } || !Enum.IsDefined(request.Split))
        {
            throw new InvalidRequestException($"A request brings 1 to {MostChanged} images into a split. Send more in several requests.");
        }

        return TypedResults.Ok(new MovedImages(await images.MoveAsync(user.UserId(), projectId, request.ImageIds, request.Split, cancellationToken)));
    }

    private static async Task<Ok<DeletedImages>> DeleteAsync(
        Guid projectId, DeleteImagesRequest request, ClaimsPrincipal user, ImageLibrary images, CancellationToken cancellationToken)
    {
        if (request.ImageIds is not { Count: > 0 and <= MostChanged })
        {
            throw new InvalidRequestException($"A request deletes 1 to {MostChanged} images. Send more in several requests.");
        }

        return TypedResults.Ok(new DeletedImages(await images.DeleteAsync(user.UserId(), projectId, request.ImageIds, cancellationToken)));
    }
}
