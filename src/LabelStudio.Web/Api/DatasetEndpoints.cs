using System.Globalization;
using System.Security.Claims;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>Frozen dataset versions from a program: list and download.</summary>
public static class DatasetEndpoints
{
    public static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var datasets = app.MapGroup("/api/v1/projects/{projectId:guid}/datasets")
            .RequireAuthorization(nameof(StudioRight.View))
            .WithTags("Dataset versions");
        datasets.MapGet("", ListAsync).WithSummary("The project's frozen dataset versions, newest first.");
        datasets.MapGet("{versionId:guid}/files/{format}", DownloadAsync).DisableCookieRedirect().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("A dataset version as zip (images in folders, labels.csv) or csv (labels only).");
        return app;
    }

    private static async Task<Ok<IReadOnlyList<DatasetVersion>>> ListAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] DatasetVersions versions, CancellationToken cancellationToken) =>
        TypedResults.Ok(await versions.ListAsync(principal.UserId(), projectId, cancellationToken));

    private static async Task<IResult> DownloadAsync(
        Guid projectId,
        Guid versionId,
        string format,
        ClaimsPrincipal principal,
        [FromServices] DatasetVersions versions,
        [FromServices] SnapshotExports exports,
        [FromServices] StudioPaths paths,
        CancellationToken cancellationToken)
    {
        var userId = principal.UserId();
        var version = (await versions.ListAsync(userId, projectId, cancellationToken)).FirstOrDefault(item => item.Id == versionId)
            ?? throw new NotFoundException($"The project has no dataset version '{versionId}'. Take one from the project's list of versions.");
        var name = string.Create(CultureInfo.InvariantCulture, $"dataset-version-{version.Number}.{format}");
        return format switch
        {
            "zip" => TypedResults.Stream(
                // By way of a file: the archive's own code writes some bytes synchronously, which a response does not allow.
                await TemporaryFile.WriteAsync(paths, (target, token) => exports.WriteZipAsync(userId, projectId, versionId, target, token), cancellationToken), "application/zip", name),
            "csv" => TypedResults.Stream(
                target => exports.WriteCsvAsync(userId, projectId, versionId, target, cancellationToken), "text/csv; charset=utf-8", name),
            _ => throw new NotFoundException($"There is no format '{format}'. Take zip or csv."),
        };
    }
}
