using System.Security.Claims;
using System.Text.Json;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>Starts a training for Label Studio: its labels are taken over first, then a run is queued.</summary>
internal sealed record BackendTraining(
    ClaimsPrincipal Principal,
    [property: FromServices] RunLaunch Launch,
    [property: FromServices] LaunchInspection Inspection,
    [property: FromServices] TaskLabels Labels)
{
    /// <summary>A token that may only predict must not start it, and one that may not label takes no labels over.</summary>
    /// <param name="projectId">The project here.</param>
    /// <param name="body">What Label Studio sent; tasks that it brings stand under "annotations" or "tasks".</param>
    /// <param name="labelConfig">The interface they were labelled in.</param>
    /// <param name="foreignId">Number of the project there; null: not told.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What Label Studio is answered.</returns>
    public async Task<object> StartAsync(Guid projectId, JsonElement body, string? labelConfig, long? foreignId, CancellationToken cancellationToken)
    {
        var scopes = Principal.TokenScopes() ?? AccessScopes.None;
        if (!scopes.HasFlag(AccessScopes.Train))
        {
            throw new AccessDeniedException("The access token that Label Studio brings may not train. Make one with the scopes Predict and Train, and set it as the backend's password.");
        }

        var userId = Principal.UserId();
        var labels = scopes.HasFlag(AccessScopes.Label)
            ? await Labels.ImportAsync(userId, projectId, [.. LabelledTask.Items(body, "annotations"), .. LabelledTask.Items(body, "tasks")], foreignId, labelConfig, cancellationToken)
            : new TaskLabelsReport(0, 0, 0, 0, 0, "The access token that Label Studio brings may not label, so the run learns from the labels here alone. Give it the scope Label, too.");
        var runId = await RunEndpoints.QueueAsync(Launch, Inspection, userId, projectId, new LaunchBody(Name: "Started from Label Studio"), cancellationToken);
        return new { result = new { labels }, status = "ok", job = runId.ToString() };
    }
}
