using System.Security.Claims;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using LabelStudio.Web.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>Whom a project tells when one of its training runs ends.</summary>
public static class WebhookEndpoints
{
    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var webhook = app.MapGroup("/api/v1/projects/{projectId:guid}/webhook").RequireAuthorization(nameof(StudioRight.ManageProject)).WithTags("Webhook");
        webhook.MapGet("", GetAsync).WithSummary("Where the end of a training run is told, and whether that is signed.");
        webhook.MapPut("", SetAsync).ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("Sets, changes or removes the webhook.")
            .WithDescription($"A run's end is posted as JSON; with a secret the header {WebhookSender.SignatureHeader} holds sha256= and the HMAC-SHA256 of the body in hexadecimal.");
        webhook.MapPost("test", TestAsync).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Sends a test message.");
        return app;
    }

    private static async Task<Ok<RunWebhookSettings>> GetAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] RunWebhooks webhooks, CancellationToken cancellationToken) =>
        TypedResults.Ok(await webhooks.GetAsync(principal.UserId(), projectId, cancellationToken));

    private static async Task<NoContent> SetAsync(
        Guid projectId, WebhookBody body, HttpRequest request, ClaimsPrincipal principal, [FromServices] RunWebhooks webhooks, CancellationToken cancellationToken)
    {
        var studio = new Uri($"{request.Scheme}://{request.Host}{request.PathBase}/");
        await webhooks.SetAsync(principal.UserId(), projectId, new RunWebhookChange(body.Url, body.Secret, studio), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> TestAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        await delivery.TestAsync(principal.UserId(), projectId, cancellationToken);
        return TypedResults.NoContent();
    }
}
