using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace LabelStudio.Web.Composition;

/// <summary>Turns the pipeline's exceptions into problem+json for the API; pages draw their own.</summary>
public sealed class ProblemAnswers(StudioPaths paths, ILogger<ProblemAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(httpContext);

        // By now the request's own path is that of the error page.
        if (RequestKinds.IsPage(httpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? httpContext.Request.Path))
        {
            return false;
        }

        var (status, title) = exception switch
        {
            NotFoundException => (StatusCodes.Status404NotFound, "Not found."),
            AccessDeniedException => (StatusCodes.Status403Forbidden, "Not allowed."),
            InvalidRequestException => (StatusCodes.Status400BadRequest, "The request can't be carried out."),
            ConflictException => (StatusCodes.Status409Conflict, "Something else changed meanwhile."),
            BadHttpRequestException bad => (bad.StatusCode, "The request could not be read."),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => (StatusCodes.Status499ClientClosedRequest, "Cancelled."),
            _ when DiskSpace.IsFull(exception) => (StatusCodes.Status507InsufficientStorage, "The server's disk is full."),
            _ => (StatusCodes.Status500InternalServerError, "The server failed."),
        };
        var detail = exception switch
        {
            StudioException or BadHttpRequestException => exception.Message,
            _ when status == StatusCodes.Status507InsufficientStorage => DiskSpace.FullMessage(paths.Root),
            _ => $"The log holds the details under {httpContext.TraceIdentifier}.",
        };
        if (status >= StatusCodes.Status500InternalServerError)
        {
            log.LogError(exception, "Request {Method} {Path} failed ({Trace})", httpContext.Request.Method, httpContext.Request.Path, httpContext.TraceIdentifier);
        }

        await TypedResults.Problem(detail, statusCode: status, title: title).ExecuteAsync(httpContext);
        return true;
    }
}
