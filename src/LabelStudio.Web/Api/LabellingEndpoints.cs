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
    private const int MostTasks = 100;
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
        labelling.MapGet("/skipped", SkippedAsync);
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
        QualityPlans plans,
        ImageComments comments,
        CancellationToken cancellationToken)
    {
        var hasLeft = request.Page is { } left && queue.HasLeft(projectId, left);
        var held = hasLeft ? [] : Bounded(request.Held);
        var replaceable = Bounded(request.Replaceable);
        var userId = user.UserId();
        var count = Math.Clamp(request.Count, 1, MostTasks);
        await queue.ShowAsync(userId, projectId, hasLeft ? null : request.Shown, cancellationToken);
        // Never cut off in the middle: nobody would know what was leased by then.
        var older = request.Recheck is { } classId ? await recheck.TakeAsync(userId, projectId, classId, count, held, CancellationToken.None) : null;
        var tasks = older?.Tasks
            ?? (request.Images is { } chosen ? await TakeChosenAsync(queue, userId, projectId, Bounded(chosen), count, held, CancellationToken.None) : null)
            ?? await queue.TakeAsync(userId, projectId, request.Order, count, held, replaceable, CancellationToken.None);
        if (request.Page is { } page)
        {
            await queue.HandedAsync(userId, projectId, page, tasks, CancellationToken.None);
        }

        var taken = tasks.Select(task => task.ImageId);
        var wanted = taken.Union(Bounded(request.SuggestFor)).ToArray();
        var isBlind = (await plans.GetAsync(userId, projectId, cancellationToken)).HidesSuggestions;
        var found = wanted.Length == 0 || isBlind ? [] : await suggestions.SuggestAsync(userId, projectId, wanted, cancellationToken);
        var openComments = await comments.OpenCountsAsync(userId, projectId, wanted, cancellationToken);
        var counts = await images.CountsAsync(userId, projectId, cancellationToken);
        var status = await queue.StatusAsync(userId, projectId, cancellationToken);
        return TypedResults.Ok(new TakeAnswer(tasks, found.ToDictionary(suggestion => suggestion.ImageId), counts, status, older?.Left, openComments,
            await suggestions.AdvisersAsync(userId, projectId, cancellationToken)));
    }

    private static async Task<IReadOnlyList<LabellingTask>> TakeChosenAsync(
        LabellingQueue queue, Guid userId, Guid projectId, IReadOnlyList<long> chosen, int count, IReadOnlyList<long> held, CancellationToken cancellationToken)
    {
        if (chosen.Count == 0)
        {
            return [];
        }

        var tasks = await queue.TakeMatchingAsync(userId, projectId, new ImageFilter { Ids = chosen }, afterId: null, count, held, cancellationToken);
        var places = chosen.Index().DistinctBy(item => item.Item).ToDictionary(item => item.Item, item => item.Index);
        return [.. tasks.OrderBy(task => places[task.ImageId])];
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

        var result = await labeller.DecidePartsAsync(
            user.UserId(), projectId, [request.ToPart()], request.Kind, request.OnlyUnlabelled, request.AsOf, cancellationToken);
        return TypedResults.Ok(new BulkAnswer(result.Changed, result.LeftOut));
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

    private static async Task<Ok<HeartbeatAnswer>> HeartbeatAsync(
        Guid projectId, HeartbeatRequest request, ClaimsPrincipal user, LabellingQueue queue, SuggestionService suggestions, CancellationToken cancellationToken)
    {
        var userId = user.UserId();
        if (request.Page is { } page && queue.HasLeft(projectId, page))
        {
            return TypedResults.Ok(new HeartbeatAnswer(0, []));
        }

        await queue.ShowAsync(userId, projectId, request.Shown, cancellationToken);
        return TypedResults.Ok(new HeartbeatAnswer(
            await queue.HeartbeatAsync(userId, projectId, Bounded(request.ImageIds), cancellationToken),
            await suggestions.AdvisersAsync(userId, projectId, cancellationToken)));
    }

    private static async Task<Ok<IReadOnlyList<long>>> SkippedAsync(
        Guid projectId, ClaimsPrincipal user, LabellingQueue queue, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queue.SkippedAsync(user.UserId(), projectId, cancellationToken));

    private static async Task<NoContent> ReleaseAsync(
        Guid projectId, ReleaseRequest request, ClaimsPrincipal user, LabellingQueue queue, CancellationToken cancellationToken)
    {
        var lastLease = request.LastLease ?? long.MaxValue;
        await queue.ReleaseAsync(user.UserId(), projectId, Bounded(request.ImageIds), lastLease, cancellationToken);
        if (request.LeftPage is { } page)
        {
            await queue.LeaveAsync(user.UserId(), projectId, page, lastLease, cancellationToken);
        }

        return TypedResults.NoContent();
    }

    /// <summary>The images the person decided upon last, oldest first, each once with the latest decision.</summary>
    private static async Task<Ok<IReadOnlyList<RecentDecision>>> RecentAsync(
        Guid projectId, int? count, ClaimsPrincipal user, ImageLabeller labeller, CancellationToken cancellationToken)
    {
        var recent = await labeller.RecentAsync(user.UserId(), projectId, Math.Clamp(count ?? 50, 1, 200), cancellationToken);
        var latest = recent.Where(decision => !decision.IsUndone).DistinctBy(decision => decision.Task.ImageId).Reverse();
        return TypedResults.Ok<IReadOnlyList<RecentDecision>>(latest.ToArray());
    }

    private static IReadOnlyList<long> Bounded(IReadOnlyList<long>? imageIds) => imageIds switch
    {
        null => [],
        { Count: > MostImages } => throw new InvalidRequestException($"More than {MostImages} images in one list. Send fewer."),
        _ => imageIds,
    };
}
