using System.ComponentModel;
using System.Diagnostics;
using System.Security.Claims;
using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using LabelStudio.Web.Composition;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Api;

/// <summary>Asking a model from a program.</summary>
public static class PredictEndpoints
{
    /// <summary>Most classes of one answer.</summary>
    public const int MostTop = 100;

    // What multipart adds around the picture: boundary and part headers.
    private const int MultipartOverhead = 64 * 1024;

    public static IEndpointRouteBuilder MapPredict(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var limit = app.ServiceProvider.GetRequiredService<IOptions<StudioOptions>>().Value.MaxImageBytes;
        app.MapPost("/api/v1/projects/{projectId:guid}/predict", PredictAsync)
            .RequireAuthorization(StudioPolicies.Predict)
            .RequireRateLimiting(RateLimits.Predict)
            .WithMetadata(new RequestSizeLimitAttribute(limit + MultipartOverhead), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = limit })
            .Accepts<IFormFile>("multipart/form-data", "image/jpeg", "image/png", "image/webp", "application/octet-stream")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithTags("Predict")
            .WithName("Predict")
            .WithSummary("Asks the promoted model, or a named version, which class a picture shows.")
            .WithDescription("Send the picture as the first file of a multipart form or as the raw body. It is not kept.");
        return app;
    }

    private static async Task<Results<Ok<PredictAnswer>, ProblemHttpResult>> PredictAsync(
        Guid projectId,
        [Description("How many classes to return, 1 to 100, most probable first")] int? top,
        [Description("A model version of the project, or an alias: production (as without it) or candidate")] string? model,
        [Description("Also say which parts of the picture speak for the best class: a square of numbers from 0 to 1")] bool? heatMap,
        HttpRequest request,
        ClaimsPrincipal principal,
        [FromServices] PredictionService predictions,
        [FromServices] Explanations explanations,
        [FromServices] ModelRegistry models,
        CancellationToken cancellationToken)
    {
        if (top is < 1 or > MostTop)
        {
            return Refused(StatusCodes.Status400BadRequest, "The number of classes is out of range.", $"'top' is {top}. Ask for 1 to {MostTop} classes.");
        }

        var userId = principal.UserId();
        if (await ReadImageAsync(request, cancellationToken) is not { Length: > 0 } image)
        {
            return Refused(StatusCodes.Status400BadRequest, "The request holds no picture.", "Send the picture's bytes as the body, or as a file of a multipart form.");
        }

        var version = await FindAsync(models, userId, projectId, model, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = version is { } id
                ? await predictions.PredictWithAsync(userId, id, image, top ?? 5, cancellationToken)
                : await predictions.PredictAsync(userId, projectId, image, top ?? 5, cancellationToken);
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var map = heatMap == true && result.Classes.Count > 0
                ? await explanations.ExplainAsync(userId, result.ModelVersionId, image, result.Classes[0].ClassId, cancellationToken)
                : null;
            return TypedResults.Ok(new PredictAnswer(
                result.ModelVersionId,
                ModelVersion.NameOf(result.Number),
                [.. result.Classes.Select(item => new PredictedClass(item.ClassId, item.Name, item.Probability))],
                milliseconds,
                result.IsUnknown,
                result.Threshold,
                map));
        }
        catch (ImageRefusedException refused)
        {
            return Refused(StatusCodes.Status422UnprocessableEntity, "The picture was refused.", refused.Message);
        }
    }

    /// <summary>The version that a name or an alias means; null: the promoted one.</summary>
    private static async Task<Guid?> FindAsync(ModelRegistry models, Guid userId, Guid projectId, string? name, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(name) || name == "production")
        {
            return null;
        }

        var all = await models.ListAsync(userId, projectId, cancellationToken);
        var found = name == ModelAlias.Candidate ? all.FirstOrDefault(item => item.IsCandidate) : all.FirstOrDefault(item => Guid.TryParse(name, out var id) && item.Id == id);
        return found?.Id ?? throw new NotFoundException($"The project has no model version '{name}'. Take one from the project's list of models.");
    }

    private static async Task<byte[]?> ReadImageAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return await ReadAllAsync(request.Body, cancellationToken);
        }

        try
        {
            var form = await request.ReadFormAsync(cancellationToken);
            if (form.Files.Count == 0)
            {
                return null;
            }

            await using var content = form.Files[0].OpenReadStream();
            return await ReadAllAsync(content, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            // Kestrel's own limits answer 413; those of the form reader arrive as this.
            throw new BadHttpRequestException($"The form could not be read: {error.Message}", StatusCodes.Status400BadRequest, error);
        }
    }

    private static async Task<byte[]> ReadAllAsync(Stream content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    private static ProblemHttpResult Refused(int status, string title, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: title);
}
