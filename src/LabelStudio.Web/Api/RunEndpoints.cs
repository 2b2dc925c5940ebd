using System.Security.Claims;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>Training runs from a program: launch, list, look, stop.</summary>
public static class RunEndpoints
{
    public static IEndpointRouteBuilder MapRuns(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var runs = app.MapGroup("/api/v1/projects/{projectId:guid}/runs").WithTags("Training runs");
        runs.MapGet("", ListAsync).RequireAuthorization(nameof(StudioRight.View)).WithSummary("The project's training runs, newest first; with archived=true those put aside, too.");
        runs.MapGet("{runId:guid}", GetAsync).RequireAuthorization(nameof(StudioRight.View)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One run: its state, settings and finished epochs.");
        runs.MapGet("preflight", PreflightAsync).RequireAuthorization(nameof(StudioRight.View)).WithSummary("What a run launched now, or on a frozen dataset version, would train on, and what speaks against it.");
        runs.MapPut("{runId:guid}/notes", EditAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Gives a run another name, note or tags.");
        runs.MapPost("", LaunchAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status400BadRequest).WithSummary("Launches a run on the labels as they are now.");
        runs.MapPost("{runId:guid}/cancel", CancelAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Stops a run.");
        runs.MapPost("{runId:guid}/archive", (Guid projectId, Guid runId, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] RunControl control, CancellationToken cancellationToken) => ArchiveAsync(projectId, runId, true, principal, queue, control, cancellationToken))
            .RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Puts an ended run aside; nothing of it is deleted.");
        runs.MapPost("{runId:guid}/unarchive", (Guid projectId, Guid runId, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] RunControl control, CancellationToken cancellationToken) => ArchiveAsync(projectId, runId, false, principal, queue, control, cancellationToken))
            .RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Takes an archived run back into the list.");
        runs.MapPost("{runId:guid}/pause", PauseAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Pauses a run after its present epoch.");
        runs.MapPost("{runId:guid}/resume", ResumeAsync).RequireAuthorization(nameof(StudioRight.Train)).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Goes on with a paused, interrupted or failed run after its last epoch.");
        return app;
    }

    private static async Task<Ok<IReadOnlyList<RunAnswer>>> ListAsync(
        Guid projectId, bool? archived, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, CancellationToken cancellationToken)
    {
        var runs = await queue.ListAsync(principal.UserId(), projectId, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<RunAnswer>>([.. runs.Where(run => archived == true || !run.IsArchived).Select(RunAnswer.Of)]);
    }

    private static async Task<Ok<RunDetailsAnswer>> GetAsync(
        Guid projectId, Guid runId, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] TrainingMonitor monitor, [FromServices] RunExemplars exemplars, CancellationToken cancellationToken)
    {
        var run = await RunOfAsync(projectId, runId, principal, queue, cancellationToken);
        return TypedResults.Ok(RunDetailsAnswer.Of(run, monitor.Snapshot(runId), await exemplars.ReadAsync(principal.UserId(), runId, cancellationToken)));
    }

    private static async Task<Ok<Preflight>> PreflightAsync(
        Guid projectId, Guid? datasetVersionId, Guid[] classIds, ClaimsPrincipal principal, [FromServices] RunLaunch launch, [FromServices] LaunchInspection inspection, CancellationToken cancellationToken)
    {
        var userId = principal.UserId();
        var preflight = await launch.PreflightAsync(userId, projectId, datasetVersionId, classIds is [] ? null : classIds, cancellationToken);
        var findings = await inspection.InspectAsync(userId, projectId, preflight, datasetVersionId, cancellationToken);
        return TypedResults.Ok(preflight with { Checks = findings.Checks });
    }

    private static async Task<NoContent> EditAsync(
        Guid projectId, Guid runId, RunNotesBody body, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] RunControl control, CancellationToken cancellationToken)
    {
        var run = await RunOfAsync(projectId, runId, principal, queue, cancellationToken);
        await control.EditAsync(principal.UserId(), runId, body.Over(run.Notes), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Created<LaunchedRun>> LaunchAsync(
        Guid projectId, LaunchBody body, ClaimsPrincipal principal, [FromServices] RunLaunch launch, [FromServices] LaunchInspection inspection, CancellationToken cancellationToken)
    {
        var id = await QueueAsync(launch, inspection, principal.UserId(), projectId, body, cancellationToken);
        return TypedResults.Created($"/api/v1/projects/{projectId}/runs/{id}", new LaunchedRun(id));
    }

    /// <summary>Launches a run as a program asks for it, for whichever way it asks.</summary>
    /// <returns>The run's id.</returns>
    internal static async Task<Guid> QueueAsync(RunLaunch launch, LaunchInspection inspection, Guid userId, Guid projectId, LaunchBody body, CancellationToken cancellationToken)
    {
        var preflight = await launch.PreflightAsync(userId, projectId, body.DatasetVersionId, body.ClassIds, cancellationToken);
        var plan = body.ToPlan(preflight.ForAddedClasses(body.FromPretrained));
        if (plan.Validate() is { Count: > 0 } problems)
        {
            throw new InvalidRequestException(string.Join(' ', problems));
        }

        return await inspection.LaunchAsync(
            userId, projectId, new LaunchRequest(plan, body.Name, body.FromPretrained, body.DatasetVersionId) { ClassIds = body.ClassIds }, cancellationToken);
    }

    private static async Task<NoContent> CancelAsync(
        Guid projectId, Guid runId, bool? keepBest, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] RunControl control, CancellationToken cancellationToken)
    {
        await RunOfAsync(projectId, runId, principal, queue, cancellationToken);
        await control.CancelAsync(principal.UserId(), runId, keepBest ?? true, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ArchiveAsync(
        Guid projectId, Guid runId, bool isArchived, ClaimsPrincipal principal, TrainingQueue queue, RunControl control, CancellationToken cancellationToken)
    {
        await RunOfAsync(projectId, runId, principal, queue, cancellationToken);
        await control.ArchiveAsync(principal.UserId(), runId, isArchived, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> PauseAsync(
        Guid projectId, Guid runId, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] RunControl control, CancellationToken cancellationToken)
    {
        await RunOfAsync(projectId, runId, principal, queue, cancellationToken);
        await control.PauseAsync(principal.UserId(), runId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ResumeAsync(
        Guid projectId, Guid runId, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, [FromServices] RunControl control, CancellationToken cancellationToken)
    {
        await RunOfAsync(projectId, runId, principal, queue, cancellationToken);
        await control.ResumeAsync(principal.UserId(), runId, cancellationToken);
        return TypedResults.NoContent();
    }

    // The policy looked at the project of the address: a run of another project must not be reached through it.
    private static async Task<RunDetails> RunOfAsync(Guid projectId, Guid runId, ClaimsPrincipal principal, TrainingQueue queue, CancellationToken cancellationToken)
    {
        var run = await queue.GetAsync(principal.UserId(), runId, cancellationToken);
        return run.ProjectId == projectId
            ? run
            : throw new NotFoundException($"The project has no run '{runId}'. Take one from the project's list of runs.");
    }
}
