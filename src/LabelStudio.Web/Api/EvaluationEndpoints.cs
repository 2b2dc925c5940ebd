using System.Security.Claims;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>Evaluations of model versions from a program: ask, follow, read, rename, delete.</summary>
public static class EvaluationEndpoints
{
    public static IEndpointRouteBuilder MapEvaluations(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var evaluations = app.MapGroup("/api/v1/projects/{projectId:guid}/evaluations").WithTags("Evaluations");
        evaluations.MapGet("", ListAsync).RequireAuthorization(nameof(StudioRight.View)).WithSummary("The project's evaluations, newest first; those of one model where it is given.");
        evaluations.MapGet("{evaluationId:guid}", GetAsync).RequireAuthorization(nameof(StudioRight.View)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One evaluation and how far it is.");
        evaluations.MapGet("{evaluationId:guid}/report", ReportAsync).RequireAuthorization(nameof(StudioRight.View)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("All figures of an evaluation that has succeeded.");
        evaluations.MapPost("", StartAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Queues an evaluation of a model version on the test images of a dataset version.");
        evaluations.MapPatch("{evaluationId:guid}", RenameAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Gives an evaluation another name.");
        evaluations.MapPost("{evaluationId:guid}/cancel", CancelAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Stops an evaluation that is not over.");
        evaluations.MapDelete("{evaluationId:guid}", DeleteAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Deletes an evaluation that is over.");
        return app;
    }

    private static async Task<Ok<IReadOnlyList<EvaluationAnswer>>> ListAsync(
        Guid projectId, Guid? modelId, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, CancellationToken cancellationToken)
    {
        var items = await evaluations.ListAsync(principal.UserId(), projectId, modelId, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<EvaluationAnswer>>([.. items.Select(EvaluationAnswer.Of)]);
    }

    private static async Task<Ok<EvaluationAnswer>> GetAsync(
        Guid projectId, Guid evaluationId, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, CancellationToken cancellationToken) =>
        TypedResults.Ok(EvaluationAnswer.Of(await OfAsync(projectId, evaluationId, principal, evaluations, cancellationToken)));

    private static async Task<Ok<EvaluationReport>> ReportAsync(
        Guid projectId, Guid evaluationId, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, [FromServices] EvaluationReports reports, CancellationToken cancellationToken)
    {
        await OfAsync(projectId, evaluationId, principal, evaluations, cancellationToken);
        return TypedResults.Ok(await reports.GetAsync(principal.UserId(), evaluationId, cancellationToken));
    }

    private static async Task<Created<EvaluationAnswer>> StartAsync(
        Guid projectId, NewEvaluationBody body, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, CancellationToken cancellationToken)
    {
        var id = await evaluations.StartAsync(principal.UserId(), projectId, body.ToOrder(), cancellationToken);
        return TypedResults.Created($"/api/v1/projects/{projectId}/evaluations/{id}", EvaluationAnswer.Of(await evaluations.GetAsync(principal.UserId(), id, cancellationToken)));
    }

    private static async Task<NoContent> RenameAsync(
        Guid projectId, Guid evaluationId, EvaluationNameBody body, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, CancellationToken cancellationToken)
    {
        await OfAsync(projectId, evaluationId, principal, evaluations, cancellationToken);
        await evaluations.RenameAsync(principal.UserId(), evaluationId, body.Name, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> CancelAsync(
        Guid projectId, Guid evaluationId, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, CancellationToken cancellationToken)
    {
        await OfAsync(projectId, evaluationId, principal, evaluations, cancellationToken);
        await evaluations.CancelAsync(principal.UserId(), evaluationId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(
        Guid projectId, Guid evaluationId, ClaimsPrincipal principal, [FromServices] NamedEvaluations evaluations, CancellationToken cancellationToken)
    {
        await OfAsync(projectId, evaluationId, principal, evaluations, cancellationToken);
        await evaluations.DeleteAsync(principal.UserId(), evaluationId, cancellationToken);
        return TypedResults.NoContent();
    }

    // The policy looked at the project of the address: an evaluation of another project must not be reached through it.
    private static async Task<EvaluationSummary> OfAsync(
        Guid projectId, Guid evaluationId, ClaimsPrincipal principal, NamedEvaluations evaluations, CancellationToken cancellationToken)
    {
        var item = await evaluations.GetAsync(principal.UserId(), evaluationId, cancellationToken);
        return item.ProjectId == projectId
            ? item
            : throw new NotFoundException($"The project has no evaluation '{evaluationId}'. Take one from the project's list of evaluations.");
    }
}
