using System.Security.Claims;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LabelStudio.Web.Api;

/// <summary>What the labelling page's module calls: images to label, decisions, leases.</summary>
public static class LabellingEndpoints
{
    private const int MostTasks = 50;
    private const int MostImages = 1000;
    private const int MostDecisions = 1000;
    private const int MostBulkImages = 10_000;

    public static IEndpointRouteBuilder MapLabelling(this IEndpointRouteBuilder app)
    {
        var labelling = app.MapGroup("/api/v1/projects/{projectId:guid}/labelling")
            .RequireAuthorization(nameof(StudioRight.Label));
        labelling.MapPost("/take", TakeAsync);
        labelling.MapPost("/decisions", DecideAsync);
        labelling.MapPost("/bulk", DecideManyAsync);
        labelling.MapPost("/undo", UndoAsync);
        labelling.MapPost("/redo", RedoAsync);
        labelling.MapPost("/heartbeat", HeartbeatAsync);
        labelling.MapPost("/release", ReleaseAsync);
        labelling.MapGet("/recent", RecentAsync);
        return app;
    }

    private static async Task<Ok<TakeAnswer>> TakeAsync(
        Guid projectId,
        TakeRequest request,
        ClaimsPrincipal user,
        LabellingQueue queue,
        SuggestionService suggestions,
        ImageLibrary images,
        RecheckQueue recheck,
        ImageComments comments,
        CancellationToken cancellationToken)
    {
        var held = Bounded(request.Held);
        var replaceable = Bounded(request.Replaceable);
        var userId = user.UserId();
        // Given back first, so that they compete with all others for their places again.
        var givenBack = replaceable.Except(held).ToArray();
        if (givenBack.Length > 0)
        {
            await queue.ReleaseAsync(userId, projectId, givenBack, cancellationToken);
        }

        var count = Math.Clamp(request.Count, 1, MostTasks);
        var older = request.Recheck is { } classId ? await recheck.TakeAsync(userId, projectId, classId, count, held, cancellationToken) : null;
        var tasks = older?.Tasks ?? await queue.TakeAsync(userId, projectId, request.Order, count, held, cancellationToken);
        var taken = tasks.Select(task => task.ImageId);
        var wanted = taken.Union(Bounded(request.SuggestFor)).ToArray();
        var found = wanted.Length == 0 ? [] : await suggestions.SuggestAsync(userId, projectId, wanted, cancellationToken);
        var openComments = await comments.OpenCountsAsync(userId, projectId, wanted, cancellationToken);
        var counts = await images.CountsAsync(userId, projectId, cancellationToken);
        var status = await queue.StatusAsync(userId, projectId, cancellationToken);
        return TypedResults.Ok(new TakeAnswer(tasks, found.ToDictionary(suggestion => suggestion.ImageId), counts, status, older?.Left, openComments));
    }

    private static async Task<Ok<IReadOnlyList<DecisionResult>>> DecideAsync(
        Guid projectId, DecisionsRequest request, ClaimsPrincipal user, ImageLabeller labeller, CancellationToken cancellationToken)
    {
        if (request.Decisions is not { Count: > 0 and <= MostDecisions })
        {
            throw new InvalidRequestException($"A request holds 1 to {MostDecisions} decisions. Send more in several requests.");
        }

        return TypedResults.Ok(await labeller.DecideAsync(user.UserId(), projectId, request.Decisions, cancellationToken));
    }

    private static async Task<Ok<BulkAnswer>> DecideManyAsync(
        Guid projectId, BulkRequest request, ClaimsPrincipal user, ImageLabeller labeller, CancellationToken cancellationToken)
    {
        if (request.ImageIds is not { Count: > 0 and <= MostBulkImages })
        {
            throw new InvalidRequestException($"A request changes 1 to {MostBulkImages} images. Send more in several requests.");
        }

        return TypedResults.Ok(new BulkAnswer(await labeller.DecideManyAsync(
            user.UserId(), projectId, request.ImageIds, request.Kind, request.ClassId, cancellationToken)));
    }

    private static async Task<Results<Ok<UndoResult>, NoContent>> UndoAsync(
        Guid projectId, ClaimsPrincipal user, ImageLabeller labeller, CancellationToken cancellationToken) =>
        await labeller.UndoAsync(user.UserId(), projectId, cancellationToken) is { } result
            ? TypedResults.Ok(result)
            : TypedResults.NoContent();

    private static async Task<Results<Ok<UndoResult>, NoContent>> RedoAsync(
        Guid projectId, ClaimsPrincipal user, ImageLabeller labeller, CancellationToken cancellationToken) =>
        await labeller.RedoAsync(user.UserId(), projectId, cancellationToken) is { } result
            ? TypedResults.Ok(result)
            : TypedResults.NoContent();

    private static async Task<NoContent> HeartbeatAsync(
        Guid projectId, LeaseRequest request, ClaimsPrincipal user, LabellingQueue queue, CancellationToken cancellationToken)
    {
        await queue.HeartbeatAsync(user.UserId(), projectId, Bounded(request.ImageIds), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReleaseAsync(
        Guid projectId, LeaseRequest request, ClaimsPrincipal user, LabellingQueue queue, CancellationToken cancellationToken)
    {
        await queue.ReleaseAsync(user.UserId(), projectId, Bounded(request.ImageIds), cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>The images the person decided upon last, oldest first, each once.</summary>
    private static async Task<Ok<IReadOnlyList<LabellingTask>>> RecentAsync(
        Guid projectId, int? count, ClaimsPrincipal user, ImageLabeller labeller, CancellationToken cancellationToken)
    {
        var recent = await labeller.RecentAsync(user.UserId(), projectId, Math.Clamp(count ?? MostTasks, 1, 200), cancellationToken);
        var tasks = recent.Where(decision => !decision.IsUndone).Select(decision => decision.Task).DistinctBy(task => task.ImageId).Reverse();
        return TypedResults.Ok<IReadOnlyList<LabellingTask>>(tasks.ToArray());
    }

    private static IReadOnlyList<long> Bounded(IReadOnlyList<long>? imageIds) => imageIds switch
    {
        null => [],
        { Count: > MostImages } => throw new InvalidRequestException($"More than {MostImages} images in one list. Send fewer."),
        _ => imageIds,
    };
}
