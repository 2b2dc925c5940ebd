using System.Globalization;
using System.Security.Claims;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
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
    private const int MostCounted = 1_000_000;

    /// <summary>With a list of images: the project's last act before it was made, to tell what was decided upon since.</summary>
    private const string AsOfHeader = "X-As-Of";

    public static IEndpointRouteBuilder MapGrid(this IEndpointRouteBuilder app)
    {
        var grid = app.MapGroup("/api/v1/projects/{projectId:guid}/images");
        grid.MapGet("/ids", IdsAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapGet("/groups", GroupsAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapPost("/counts", CountsAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapPost("/tiles", TilesAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapGet("/{imageId:long}/metadata", MetadataAsync).RequireAuthorization(nameof(StudioRight.View));
        grid.MapPost("/metadata", SetMetadataAsync).RequireAuthorization(nameof(StudioRight.Upload));
        grid.MapPost("/split", MoveAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        grid.MapPost("/split/undo", MoveBackAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        grid.MapPost("/delete", DeleteAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        grid.MapPost("/restore", RestoreAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        return app;
    }

    private static async Task<Ok<IReadOnlyList<long>>> IdsAsync(
        Guid projectId,
        [AsParameters] GridQuery query,
        ClaimsPrincipal user,
        HttpResponse response,
        GridSearch search,
        ImageLabeller labeller,
        CancellationToken cancellationToken)
    {
        await TellAsOfAsync(response, labeller, user.UserId(), projectId, cancellationToken);
        return TypedResults.Ok(await search.FindAsync(user.UserId(), projectId, query, cancellationToken));
    }

    private static async Task<Ok<IReadOnlyList<ImageGroup>>> GroupsAsync(
        Guid projectId,
        [AsParameters] GridQuery query,
        ClaimsPrincipal user,
        HttpResponse response,
        GridSearch search,
        ImageGroups groups,
        ImageLabeller labeller,
        CancellationToken cancellationToken)
    {
        await TellAsOfAsync(response, labeller, user.UserId(), projectId, cancellationToken);
        var grouping = query.Grouping ?? throw new InvalidRequestException("This grouping is not known. Choose another one.");
        var ids = await search.FindAsync(user.UserId(), projectId, query, cancellationToken);
        return TypedResults.Ok(await groups.GroupAsync(user.UserId(), projectId, ids, grouping, cancellationToken));
    }

    /// <summary>Before the images are read: what is decided upon in between counts as decided since.</summary>
    private static async Task TellAsOfAsync(
        HttpResponse response, ImageLabeller labeller, Guid userId, Guid projectId, CancellationToken cancellationToken) =>
        response.Headers[AsOfHeader] = (await labeller.LastActAsync(userId, projectId, cancellationToken)).ToString(CultureInfo.InvariantCulture);

    /// <summary>What images are that somebody is about to change.</summary>
    private static async Task<Ok<SelectionCounts>> CountsAsync(
        Guid projectId, ImageIdsRequest request, ClaimsPrincipal user, ImageLibrary images, CancellationToken cancellationToken) =>
        request.ImageIds is { Count: > 0 and <= MostCounted } ids
            ? TypedResults.Ok(await images.CountSelectedAsync(user.UserId(), projectId, ids, cancellationToken))
            : throw new InvalidRequestException($"A request counts 1 to {MostCounted} images. Choose others.");

    private static async Task<Ok<TilesAnswer>> TilesAsync(
        Guid projectId,
        TilesRequest request,
        ClaimsPrincipal user,
        ImageLibrary images,
        SuggestionService suggestions,
        ImageComments comments,
        SimilarImages similar,
        ReviewStates reviews,
        NearDuplicates duplicates,
        CancellationToken cancellationToken)
    {
        if (request.Ids is not { Count: <= MostTiles })
        {
            throw new InvalidRequestException($"At most {MostTiles} images a request. Ask for the others in a next one.");
        }

        if (request.Ids.Count == 0)
        {
            return TypedResults.Ok(new TilesAnswer(
                [], new Dictionary<long, ClassScore>(), new Dictionary<long, int>(), null, new Dictionary<long, ReviewMark>(), new Dictionary<long, int>()));
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
            request.SimilarTo is { } imageId ? await similar.CompareAsync(userId, projectId, imageId, request.Ids, cancellationToken) : null,
            await reviews.MarksAsync(userId, projectId, request.Ids, cancellationToken),
            await duplicates.SetSizesAsync(userId, projectId, request.Ids, cancellationToken)));
    }

    private static async Task<Ok<IReadOnlyDictionary<string, string>>> MetadataAsync(
        Guid projectId, long imageId, ClaimsPrincipal user, ImageMetadata metadata, CancellationToken cancellationToken) =>
        TypedResults.Ok(await metadata.OfAsync(user.UserId(), projectId, imageId, cancellationToken));

    private static async Task<Ok<ChangedMetadata>> SetMetadataAsync(
        Guid projectId, IReadOnlyList<MetadataChange> changes, ClaimsPrincipal user, ImageMetadata metadata, CancellationToken cancellationToken)
    {
        if (changes is not { Count: > 0 and <= MostChanged })
        {
            throw new InvalidRequestException($"A request sets metadata of 1 to {MostChanged} images. Send more in several requests.");
        }

        return TypedResults.Ok(new ChangedMetadata(await metadata.SetAsync(user.UserId(), projectId, changes, cancellationToken)));
    }

    private static async Task<Ok<SplitMoveResult>> MoveAsync(
        Guid projectId, SplitRequest request, ClaimsPrincipal user, SplitMoves moves, CancellationToken cancellationToken)
    {
        if (request.ImageIds is not { Count: > 0 and <= MostChanged } || !Enum.IsDefined(request.Split))
        {
            throw new InvalidRequestException($"A request brings 1 to {MostChanged} images into a split. Send more in several requests.");
        }

        return TypedResults.Ok(await moves.MoveAsync(user.UserId(), projectId, request.ImageIds, request.Split, cancellationToken));
    }

    private static async Task<Ok<BulkAnswer>> MoveBackAsync(
        Guid projectId, SplitUndoRequest request, ClaimsPrincipal user, SplitMoves moves, CancellationToken cancellationToken) =>
        TypedResults.Ok(new BulkAnswer(await moves.UndoAsync(user.UserId(), projectId, request.MoveId, cancellationToken)));

    private static async Task<Ok<BulkAnswer>> DeleteAsync(
        Guid projectId, ImageIdsRequest request, ClaimsPrincipal user, ImageTrash trash, CancellationToken cancellationToken) =>
        TypedResults.Ok(new BulkAnswer(await trash.MoveAsync(user.UserId(), projectId, Checked(request), cancellationToken)));

    private static async Task<Ok<RestoredImages>> RestoreAsync(
        Guid projectId, ImageIdsRequest request, ClaimsPrincipal user, TrashRestore trash, CancellationToken cancellationToken) =>
        TypedResults.Ok(await trash.RestoreAsync(user.UserId(), projectId, Checked(request), cancellationToken));

    private static IReadOnlyList<long> Checked(ImageIdsRequest request) => request.ImageIds is { Count: > 0 and <= MostChanged } ids
        ? ids
        : throw new InvalidRequestException($"A request names 1 to {MostChanged} images. Send more in several requests.");
}
