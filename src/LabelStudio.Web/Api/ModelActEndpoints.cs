using System.Security.Claims;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>What a program does with models, under the same rules as the page: promote, point the candidate, roll back, set thresholds, delete.</summary>
public static class ModelActEndpoints
{
    public static IEndpointRouteBuilder MapModelActs(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var models = app.MapGroup("/api/v1/projects/{projectId:guid}/models").WithTags("Models").ProducesProblem(StatusCodes.Status404NotFound);
        var looks = models.MapGroup("").RequireAuthorization(nameof(StudioRight.View));
        looks.MapGet("history", HistoryAsync).WithSummary("Promotions, roll-backs, changes of the candidate and deletions, newest first.");
        looks.MapGet("{modelId:guid}/gate", GateAsync).WithSummary("Whether the model may replace the promoted one, and why not.");
        looks.MapGet("{modelId:guid}/deletion", DeletionAsync).WithSummary("Whether the model may be deleted, and what would go with it.");
        looks.MapGet("{modelId:guid}/thresholds", ThresholdsAsync).WithSummary("From which probability the model answers.");
        var acts = models.MapGroup("").RequireAuthorization(nameof(StudioRight.Promote)).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        acts.MapPost("{modelId:guid}/promote", PromoteAsync).WithSummary("Makes the model the one that answers; where the gate speaks against it, only with a reason.");
        acts.MapPost("{modelId:guid}/candidate", MakeCandidateAsync).WithSummary("Points the alias 'candidate' at the model.");
        acts.MapPost("rollback", RollBackAsync).WithSummary("Goes back to the model that was promoted before; where there was none, only with allowNone=true, and then no model answers.");
        acts.MapPut("{modelId:guid}/thresholds", KeepThresholdsAsync).WithSummary("Sets from which probability the model answers; it holds at once.");
        acts.MapDelete("{modelId:guid}", DeleteAsync).WithSummary("Deletes a model version that nothing rests on; it can't be brought back.");
        return app;
    }

    private static async Task<Ok<IReadOnlyList<ModelHistoryEntry>>> HistoryAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] ModelHistory history, CancellationToken cancellationToken) =>
        TypedResults.Ok(await history.ListAsync(principal.UserId(), projectId, cancellationToken));

    private static async Task<Ok<GateDecision>> GateAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        return TypedResults.Ok(await models.GateAsync(principal.UserId(), modelId, cancellationToken));
    }

    private static async Task<Ok<DeletionOutlook>> DeletionAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, [FromServices] ModelDeletion deletion, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        return TypedResults.Ok(await deletion.LookAsync(principal.UserId(), modelId, cancellationToken));
    }

    private static async Task<Ok<KeptThresholds>> ThresholdsAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, [FromServices] ModelThresholds thresholds, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        return TypedResults.Ok(await thresholds.GetAsync(principal.UserId(), modelId, cancellationToken));
    }

    private static async Task<NoContent> PromoteAsync(
        Guid projectId, Guid modelId, PromoteBody? body, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        await models.PromoteAsync(principal.UserId(), modelId, body?.Reason, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> MakeCandidateAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, [FromServices] ModelAliases aliases, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        await aliases.MakeCandidateAsync(principal.UserId(), modelId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<RolledBack>> RollBackAsync(
        Guid projectId, bool? allowNone, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RolledBack(await models.RollBackAsync(principal.UserId(), projectId, allowNone == true, cancellationToken) is { } now ? ModelAnswer.Of(now) : null));

    private static async Task<NoContent> KeepThresholdsAsync(
        Guid projectId, Guid modelId, ThresholdsBody body, ClaimsPrincipal principal, [FromServices] ModelRegistry models, [FromServices] ModelThresholds thresholds, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        await thresholds.KeepAsync(principal.UserId(), modelId, body.ToThresholds(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, [FromServices] ModelDeletion deletion, CancellationToken cancellationToken)
    {
        await ModelEndpoints.ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        await deletion.DeleteAsync(principal.UserId(), modelId, cancellationToken);
        return TypedResults.NoContent();
    }
}
