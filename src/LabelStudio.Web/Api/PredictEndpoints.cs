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

/// <summary>Asking a model from a program. Pictures are looked at and forgotten.</summary>
public static class PredictEndpoints
{
    /// <summary>Most pictures of one call.</summary>
    public const int MostImages = 64;

    // What multipart and JSON add around the pictures: boundaries, headers, names.
    private const int Overhead = 64 * 1024;

    public static IEndpointRouteBuilder MapPredict(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var limit = app.ServiceProvider.GetRequiredService<IOptions<StudioOptions>>().Value.MaxImageBytes;
        // Base64 writes three bytes as four letters.
        var base64Limit = (limit * 4 / 3) + Overhead;
        var predict = app.MapGroup("/api/v1/projects/{projectId:guid}/predict")
            .RequireAuthorization(StudioPolicies.Predict)
            .RequireRateLimiting(RateLimits.Predict)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithTags("Predict");
        predict.MapPost("", PredictAsync)
            .WithMetadata(new RequestSizeLimitAttribute(base64Limit), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = limit })
            .Accepts<PredictImageBody>("application/json", "multipart/form-data", "image/jpeg", "image/png", "image/webp", "application/octet-stream")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithName("Predict")
            .WithSummary("Asks the promoted model, or a named version, which class a picture shows, or which classes.")
            .WithDescription($"Send the picture as the one file of a multipart form, as the raw body, or as base64 in JSON (the same as one picture of a batch), at most {limit:N0} bytes. It is not kept. "
                + "In projects whose images may have several classes, 'predicted' holds the classes that the picture shows, 'label' the most probable combination, and 'classes' how probable each class is by itself.");
        predict.MapPost("batch", PredictBatchAsync)
            .WithMetadata(new RequestSizeLimitAttribute(base64Limit), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = limit })
            .Accepts<PredictBatchBody>("application/json", "multipart/form-data")
            .Produces<PredictBatchAnswer>()
            .Produces<PredictBatchAnswer>(StatusCodes.Status207MultiStatus)
            .WithName("PredictBatch")
            .WithSummary("Asks one model about several pictures; one that cannot be read does not stop the others.")
            .WithDescription(
                $"Send 1 to {MostImages} pictures as base64 in JSON or as files of a multipart form, together at most {base64Limit:N0} bytes. "
                + "One model version answers for all. 200: all pictures were answered; 207: look at the status of each. They are not kept.");
        return app;
    }

    private static async Task<Results<Ok<PredictAnswer>, ProblemHttpResult>> PredictAsync(
        Guid projectId,
        [AsParameters] PredictOptions options,
        [Description("Also say which parts of the picture speak for the best class: a square of numbers from 0 to 1")] bool? heatMap,
        HttpRequest request,
        ClaimsPrincipal principal,
        [FromServices] PredictionService predictions,
        [FromServices] Explanations explanations,
        [FromServices] ModelRegistry models,
        [FromServices] IOptions<StudioOptions> studio,
        CancellationToken cancellationToken)
    {
        options.Demand();
        if (await SentImages.ReadOneAsync(request, cancellationToken) is not { Length: > 0 } image)
        {
            throw new InvalidRequestException("The request holds no picture. Send the picture's bytes as the body, or as a file of a multipart form, or as base64 in JSON.");
        }

        if (image.Length > studio.Value.MaxImageBytes)
        {
            throw new BadHttpRequestException(
                $"The picture has {image.Length:N0} bytes and the limit is {studio.Value.MaxImageBytes:N0}. Save it smaller, for example as JPEG.", StatusCodes.Status413PayloadTooLarge);
        }

        var userId = principal.UserId();
        var model = await models.FindAsync(userId, projectId, options.Model, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await predictions.PredictWithAsync(userId, model.Id, image, options.Classes, cancellationToken);
            var milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            var map = heatMap == true && result.Classes.Count > 0
                ? await explanations.ExplainAsync(userId, result.ModelVersionId, image, result.Classes[0].ClassId, cancellationToken)
                : null;
            request.HttpContext.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(options.AnswerOf(result, milliseconds, map));
        }
        catch (ImageRefusedException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: StatusCodes.Status422UnprocessableEntity, title: "The picture was refused.");
        }
    }

    private static async Task<JsonHttpResult<PredictBatchAnswer>> PredictBatchAsync(
        Guid projectId,
        [AsParameters] PredictOptions options,
        HttpRequest request,
        ClaimsPrincipal principal,
        [FromServices] PredictionService predictions,
        [FromServices] ModelRegistry models,
        CancellationToken cancellationToken)
    {
        options.Demand();
        var images = await SentImages.ReadSeveralAsync(request, cancellationToken);
        if (images.Count is 0 or > MostImages)
        {
            throw new InvalidRequestException($"The request holds {images.Count} pictures. Send 1 to {MostImages} in one call.");
        }

        var userId = principal.UserId();
        var model = await models.FindAsync(userId, projectId, options.Model, cancellationToken);
        // The service itself bounds how many are worked on at a time.
        var results = await Task.WhenAll(images.Select((image, index) => AnswerAsync(index, image)));
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new PredictBatchAnswer(model.Id, model.Name, results),
            statusCode: results.All(item => item.Answer is not null) ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus);

        async Task<PredictedImage> AnswerAsync(int index, SentImage image)
        {
            if (image.Content is not { Length: > 0 } content)
            {
                return new(index, image.Name, StatusCodes.Status400BadRequest, null, "There is no picture in it, or its base64 cannot be read. Send the file's bytes as 'content'.");
            }

            var started = Stopwatch.GetTimestamp();
            try
            {
                var result = await predictions.PredictWithAsync(userId, model.Id, content, options.Classes, cancellationToken);
                return new(index, image.Name, StatusCodes.Status200OK, options.AnswerOf(result, Stopwatch.GetElapsedTime(started).TotalMilliseconds), null);
            }
            catch (ImageRefusedException refused)
            {
                return new(index, image.Name, StatusCodes.Status422UnprocessableEntity, null, refused.Message);
            }
        }
    }
}
