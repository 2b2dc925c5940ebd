using System.Security.Claims;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Api;

/// <summary>Takes images in by plain HTTP, several a request, each streamed to the disk and answered for on its own.</summary>
public static class UploadEndpoints
{
    private const int MostFiles = 500;

    // Room for the boundaries and headers around the files, and for several small files beside each other.
    private const long OverheadBytes = 32L * 1024 * 1024;

    private const long LargestTableBytes = 256L * 1024 * 1024;

    public static IEndpointRouteBuilder MapUploads(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var limits = app.ServiceProvider.GetRequiredService<IOptions<StudioOptions>>().Value;
        var uploads = app.MapGroup("/api/v1/projects/{projectId:guid}/uploads")
            .RequireAuthorization(nameof(StudioRight.Upload));
        uploads.MapPost("/batches", StartAsync);
        uploads.MapPost("/", AddAsync)
            .WithMetadata(new RequestSizeLimitAttribute(limits.MaxImageBytes + OverheadBytes))
            .Accepts<IFormFile>("multipart/form-data")
            .WithSummary("Takes images in. Their file names may be ways of folders; with 'splitFolders=train,test' the folders of these names above those of the classes say the split.");
        uploads.MapPost("/labels", AddLabelsAsync)
            .WithMetadata(new RequestSizeLimitAttribute(LargestTableBytes))
            .Accepts<IFormFile>("multipart/form-data")
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Labels images that are in the project by a table, CSV or JSON lines, or by Label Studio's JSON. A table has the columns 'image' (file name) or 'sha256', and 'label'; where an image may have several classes, a column 'labels' with | between them, as many columns 'label', or a JSON list; 'No class' (an empty list) says that it shows none. The labels are given by a job; ask for it at images/job.");
        uploads.MapPost("/archive", AddArchiveAsync)
            .WithMetadata(new RequestSizeLimitAttribute(limits.MaxArchiveBytes + OverheadBytes))
            .Accepts<IFormFile>("multipart/form-data");
        return app;
    }

    private static async Task<Ok<StartedBatch>> StartAsync(
        Guid projectId, NewBatch batch, ClaimsPrincipal user, ImageIntake intake, CancellationToken cancellationToken) =>
        TypedResults.Ok(new StartedBatch(await intake.StartBatchAsync(
            user.UserId(), projectId, batch.Name is { Length: > 0 } name ? name : "Upload", batch.UseFolderNames, cancellationToken)));

    /// <summary>The body is read part by part: it is never held in memory and never written twice.</summary>
    private static async Task<Ok<IReadOnlyList<ImportResult>>> AddAsync(
        Guid projectId,
        Guid? batchId,
        Guid? classId,
        string? splitFolders,
        HttpRequest request,
        ClaimsPrincipal user,
        ImageIntake intake,
        CancellationToken cancellationToken)
    {
        var splits = SplitFolders.Named(splitFolders);
        var reader = new MultipartReader(MultipartFiles.BoundaryOf(request), request.Body);
        var results = new List<ImportResult>();
        while (await MultipartFiles.NextAsync(reader, cancellationToken) is var (name, content))
        {
            if (results.Count == MostFiles)
            {
                throw new InvalidRequestException($"More than {MostFiles} files in one request. Send the others in a next one.");
            }

            batchId ??= await intake.StartBatchAsync(user.UserId(), projectId, "Upload", cancellationToken);
            results.Add(await intake.AddAsync(user.UserId(), projectId, batchId.Value, name, content, classId, splits, cancellationToken));
        }

        return results.Count > 0
            ? TypedResults.Ok<IReadOnlyList<ImportResult>>(results)
            : throw new InvalidRequestException("The request holds no file. Send images as parts with a file name.");
    }

    /// <summary>One zip archive; labels come from a table in it, else it is the class of the request, else its folders name them.</summary>
    private static async Task<Ok<ArchiveReport>> AddArchiveAsync(
        Guid projectId,
        Guid? batchId,
        Guid? classId,
        HttpRequest request,
        ClaimsPrincipal user,
        ImageIntake intake,
        ArchiveIntake archives,
        CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(MultipartFiles.BoundaryOf(request), request.Body);
        if (await MultipartFiles.NextAsync(reader, cancellationToken) is not var (name, content))
        {
            throw new InvalidRequestException("The request holds no file. Send one zip archive as a part with a file name.");
        }

        batchId ??= await intake.StartBatchAsync(user.UserId(), projectId, name.Length > 0 ? name : "Archive", useFolderNames: true, cancellationToken);
        var report = new ArchiveReport();
        await foreach (var result in archives.AddAsync(user.UserId(), projectId, batchId.Value, content, classId, cancellationToken))
        {
            report.Add(result);
        }

        return TypedResults.Ok(report);
    }

    private static async Task<Ok<LabelTableReport>> AddLabelsAsync(
        Guid projectId, HttpRequest request, ClaimsPrincipal user, LabelTables tables, CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(MultipartFiles.BoundaryOf(request), request.Body);
        return await MultipartFiles.NextAsync(reader, cancellationToken) is var (_, content)
            ? TypedResults.Ok(await tables.StartAsync(user.UserId(), projectId, content, cancellationToken))
            : throw new InvalidRequestException("The request holds no file. Send one table as a part with a file name.");
    }
}
