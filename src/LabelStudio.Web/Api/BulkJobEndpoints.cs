using System.Security.Claims;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LabelStudio.Web.Api;

/// <summary>Actions on more images than a request should wait for: begun, asked for, cancelled.</summary>
public static class BulkJobEndpoints
{
    public static IEndpointRouteBuilder MapBulkJobs(this IEndpointRouteBuilder app)
    {
        var images = app.MapGroup("/api/v1/projects/{projectId:guid}/images").RequireAuthorization(nameof(StudioRight.Label));
        images.MapPost("/job", StartAsync);
        images.MapPost("/job/manage", ManageAsync).RequireAuthorization(nameof(StudioRight.ManageProject));
        images.MapGet("/job", LastAsync);
        images.MapPost("/job/cancel", CancelAsync);
        return app;
    }

    /// <summary>Decisions only: an access token for labelling reaches this route.</summary>
    private static async Task<Ok<BulkJobStatus>> StartAsync(
        Guid projectId, BulkOrder order, ClaimsPrincipal user, BulkJobs jobs, CancellationToken cancellationToken) =>
        order.Action == BulkAction.Decide
            ? TypedResults.Ok(await jobs.StartAsync(user.UserId(), projectId, order, cancellationToken))
            : throw new InvalidRequestException("Send changes of splits and deletions to 'job/manage'.");

    private static async Task<Ok<BulkJobStatus>> ManageAsync(
        Guid projectId, BulkOrder order, ClaimsPrincipal user, BulkJobs jobs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await jobs.StartAsync(user.UserId(), projectId, order, cancellationToken));

    private static async Task<Results<Ok<BulkJobStatus>, NoContent>> LastAsync(
        Guid projectId, ClaimsPrincipal user, BulkJobs jobs, CancellationToken cancellationToken) =>
        Answer(await jobs.LastAsync(user.UserId(), projectId, cancellationToken));

    private static async Task<Results<Ok<BulkJobStatus>, NoContent>> CancelAsync(
        Guid projectId, ClaimsPrincipal user, BulkJobs jobs, CancellationToken cancellationToken) =>
        Answer(await jobs.CancelAsync(user.UserId(), projectId, cancellationToken));

    private static Results<Ok<BulkJobStatus>, NoContent> Answer(BulkJobStatus? status) =>
        status is null ? TypedResults.NoContent() : TypedResults.Ok(status);
}
