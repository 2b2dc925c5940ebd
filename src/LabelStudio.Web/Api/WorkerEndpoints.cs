using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using LabelStudio.Web.Worker;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>What a trainer fetches and hands in for the run it holds.</summary>
public static class WorkerEndpoints
{
    public static IEndpointRouteBuilder MapWorker(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var run = app.MapGroup("/api/v1/worker/runs/{runId:guid}").RequireAuthorization(StudioPolicies.Worker).ExcludeFromDescription();
        run.MapGet("dataset", DatasetAsync);
        run.MapPost("embeddings", EmbeddingsAsync);
        run.MapGet("images/{imageId:long}", ImageAsync);
        run.MapGet("parent", ParentAsync);
        run.MapGet("promoted", PromotedAsync);
        run.MapGet("extractor", ExtractorAsync);
        run.MapGet("checkpoint", CheckpointAsync);
        run.MapPut("checkpoint", KeepCheckpointAsync).WithMetadata(new DisableRequestSizeLimitAttribute());
        run.MapPut("result", ResultAsync).WithMetadata(new DisableRequestSizeLimitAttribute());
        return app;
    }

    private static async Task<Ok<DatasetManifest>> DatasetAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        [FromServices] RunSupply supply,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await supply.DatasetAsync(runId, worker, cancellationToken));

    private static async Task<PushStreamHttpResult> EmbeddingsAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        EmbeddingRequest body,
        [FromServices] RunSupply supply,
        CancellationToken cancellationToken)
    {
        var records = await supply.EmbeddingsAsync(runId, worker, body.ToKey(), body.ImageIds.ToHashSet(), cancellationToken);
        return TypedResults.Stream(stream => EmbeddingWire.WriteAsync(stream, records, cancellationToken), "application/octet-stream");
    }

    private static async Task<PhysicalFileHttpResult> ImageAsync(
        Guid runId,
        long imageId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        [FromServices] RunSupply supply,
        CancellationToken cancellationToken) =>
        TypedResults.PhysicalFile(await supply.ImageAsync(runId, worker, imageId, cancellationToken), "application/octet-stream");

    private static async Task<PushStreamHttpResult> ParentAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        [FromServices] RunSupply supply,
        CancellationToken cancellationToken) =>
        Packed(await supply.ParentAsync(runId, worker, cancellationToken), cancellationToken);

    private static async Task<PushStreamHttpResult> PromotedAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        [FromServices] RunSupply supply,
        CancellationToken cancellationToken) =>
        Packed(await supply.PromotedAsync(runId, worker, cancellationToken), cancellationToken);

    private static async Task<PushStreamHttpResult> ExtractorAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        [FromServices] RunSupply supply,
        CancellationToken cancellationToken) =>
        Packed(await supply.ExtractorAsync(runId, worker, cancellationToken), cancellationToken);

    private static async Task<Results<FileStreamHttpResult, NotFound>> CheckpointAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        [FromServices] RunDispatch dispatch,
        [FromServices] RunCheckpoints checkpoints,
        CancellationToken cancellationToken)
    {
        await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        return checkpoints.Open(runId) is { } file ? TypedResults.Stream(file, "application/octet-stream") : TypedResults.NotFound();
    }

    private static async Task<NoContent> KeepCheckpointAsync(
        Guid runId,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        HttpRequest request,
        [FromServices] RunDispatch dispatch,
        [FromServices] RunCheckpoints checkpoints,
        CancellationToken cancellationToken)
    {
        await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        await checkpoints.KeepAsync(runId, request.Body, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ResultAsync(
        Guid runId,
        StopReason reason,
        [FromHeader(Name = WorkerHeaders.Worker)] string worker,
        HttpRequest request,
        [FromServices] RunDispatch dispatch,
        [FromServices] ModelImport import,
        [FromServices] StudioPaths paths,
        CancellationToken cancellationToken)
    {
        if (await dispatch.IsHandedInAsync(runId, worker, cancellationToken))
        {
            // Only the answer was lost on its way to the trainer, which tries again.
            await request.Body.CopyToAsync(Stream.Null, cancellationToken);
            return TypedResults.NoContent();
        }
        var assignment = await dispatch.AssignmentAsync(runId, worker, cancellationToken);
        var folder = Path.Combine(paths.Uploads, $"model-{Guid.NewGuid():N}");
        try
        {
            await ModelArchive.UnpackAsync(request.Body, folder, cancellationToken);
            await import.CompleteAsync(assignment, worker, folder, reason, cancellationToken);
            return TypedResults.NoContent();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidRequestException(error.Message);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static PushStreamHttpResult Packed(string folder, CancellationToken cancellationToken) =>
        TypedResults.Stream(stream => ModelArchive.PackAsync(folder, stream, cancellationToken), "application/x-tar");
}
