using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using LabelStudio.Web.Composition;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>
/// A project as an ML backend of Label Studio: what it calls, answered as it expects. The protocol is Label Studio's own, so
/// the words differ from the rest of the API.
/// </summary>
public static class MlBackendEndpoints
{
    private const int MostTasks = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IEndpointRouteBuilder MapMlBackend(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var backend = app.MapGroup("/api/v1/projects/{projectId:guid}/ml-backend")
            .RequireAuthorization(StudioPolicies.Predict)
            .WithMetadata(new TokenAsPassword())
            .ExcludeFromDescription();
        backend.MapGet("", Health);
        backend.MapGet("health", Health);
        backend.MapGet("metrics", () => Answer(new { }));
        backend.MapGet("versions", VersionsAsync);
        backend.MapPost("setup", SetupAsync);
        backend.MapPost("validate", ValidateAsync);
        backend.MapPost("predict", PredictAsync).RequireRateLimiting(RateLimits.Predict);
        backend.MapPost("webhook", WebhookAsync);
        backend.MapPost("job_status", JobStatusAsync);
        // Label Studio tells that it copied or deleted its project; nothing of it is kept here.
        backend.MapPost("duplicate_model", () => Answer(new { }));
        backend.MapPost("delete", () => Answer(new { }));
        app.MapPost("/api/v1/projects/{projectId:guid}/ml-backend/train", OldTrainAsync)
            .RequireAuthorization(nameof(StudioRight.Train))
            .WithMetadata(new TokenAsPassword())
            .ExcludeFromDescription();
        return app;
    }

    private static JsonHttpResult<object> Health() => Answer<object>(new { status = "UP", model_class = "LabelStudio.Net" });

    /// <summary>Called each time somebody looks at the backend in Label Studio: one short look into the database.</summary>
    private static async Task<IResult> SetupAsync(
        Guid projectId, HttpRequest request, [FromServices] ModelRegistry models, [FromServices] LabelStudioImages pictures, CancellationToken cancellationToken)
    {
        var told = await BodyAsync<JsonElement>(request, cancellationToken);
        pictures.TakeToken(TextOf(told, "hostname"), TextOf(told, "access_token"));
        var promoted = await models.ProductionAsync(projectId, cancellationToken);
        // Label Studio asks again for all tasks that have no prediction of this version: each promotion changes it.
        return Answer(new { model_version = promoted?.Name ?? "none promoted" });
    }

    private static async Task<IResult> VersionsAsync(Guid projectId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken)
    {
        var all = await models.ListAsync(principal.UserId(), projectId, cancellationToken);
        return Answer(new { versions = all.Select(model => model.Name) });
    }

    private static async Task<IResult> ValidateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        LabelConfig.Read(TextOf(await BodyAsync<JsonElement>(request, cancellationToken), "config"));
        return Answer(new { });
    }

    private static async Task<IResult> PredictAsync(
        Guid projectId, HttpRequest request, ClaimsPrincipal principal, [FromServices] TaskPredictions predictions, CancellationToken cancellationToken)
    {
        var body = await BodyAsync<TasksRequest>(request, cancellationToken);
        if (body.Tasks is not { Count: > 0 and <= MostTasks } tasks)
        {
            throw new InvalidRequestException($"The request holds {body.Tasks?.Count ?? 0} tasks. Send 1 to {MostTasks}.");
        }

        if (tasks.Any(task => task is null))
        {
            throw new InvalidRequestException("One of the tasks is null. Send what Label Studio sends.");
        }

        return Answer(new { results = await predictions.AnswerAsync(principal.UserId(), projectId, [.. tasks.OfType<TasksRequest.Item>()], LabelConfig.Read(body.LabelConfig), cancellationToken) });
    }

    private static async Task<IResult> WebhookAsync(Guid projectId, HttpRequest request, [AsParameters] BackendTraining training, CancellationToken cancellationToken)
    {
        var body = await BodyAsync<JsonElement>(request, cancellationToken);
        return TextOf(body, "action") switch
        {
            "START_TRAINING" => Answer(await training.StartAsync(projectId, body, TextOf(ProjectOf(body), "label_config"), NumberOf(ProjectOf(body)), cancellationToken), StatusCodes.Status201Created),
            "ANNOTATION_CREATED" or "ANNOTATION_UPDATED" or "ANNOTATION_DELETED" => Answer(new { result = new { }, status = "ok" }, StatusCodes.Status201Created),
            _ => Answer(new { status = "Unknown event" }),
        };
    }

    /// <summary>How older versions of Label Studio start a training: the labelled tasks come along.</summary>
    private static async Task<IResult> OldTrainAsync(Guid projectId, HttpRequest request, [AsParameters] BackendTraining training, CancellationToken cancellationToken)
    {
        var body = await BodyAsync<JsonElement>(request, cancellationToken);
        // "<id>.<when it was made>".
        long? foreignId = long.TryParse(TextOf(body, "project")?.Split('.')[0], CultureInfo.InvariantCulture, out var id) ? id : null;
        return Answer(await training.StartAsync(projectId, body, TextOf(body, "label_config"), foreignId, cancellationToken), StatusCodes.Status201Created);
    }

    private static JsonElement ProjectOf(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("project", out var project) ? project : default;

    private static long? NumberOf(JsonElement project) =>
        project.ValueKind == JsonValueKind.Object && project.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number) ? number : null;

    private static async Task<IResult> JobStatusAsync(
        Guid projectId, HttpRequest request, ClaimsPrincipal principal, [FromServices] TrainingQueue queue, CancellationToken cancellationToken)
    {
        var job = TextOf(await BodyAsync<JsonElement>(request, cancellationToken), "job");
        var runs = await queue.ListAsync(principal.UserId(), projectId, cancellationToken);
        return runs.FirstOrDefault(run => run.Id.ToString() == job) is { } found
            ? Answer(new { job_status = JobStateOf(found.State) })
            : TypedResults.Problem($"The project has no training run '{job}'.", statusCode: StatusCodes.Status410Gone, title: "Not found.");
    }

    private static string JobStateOf(RunState state) => state switch
    {
        RunState.Queued => "queued",
        RunState.Preparing or RunState.Running or RunState.Stopping or RunState.Paused => "started",
        RunState.Succeeded => "finished",
        RunState.Failed or RunState.Cancelled or RunState.Interrupted => "failed",
    };

    private static JsonHttpResult<T> Answer<T>(T body, int status = StatusCodes.Status200OK) => TypedResults.Json(body, Json, statusCode: status);

    private static string? TextOf(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static async Task<T> BodyAsync<T>(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFromJsonAsync<T>(Json, cancellationToken) ?? throw new InvalidRequestException("The request has no body. Send what Label Studio sends.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidRequestException($"The body is no JSON that was expected here: {error.Message}", error);
        }
    }
}
