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

/// <summary>Frozen dataset versions from a program: list, freeze, compare, download; restoring is for people in a browser.</summary>
public static class DatasetEndpoints
{
    public static IEndpointRouteBuilder MapDatasets(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var versions = app.MapGroup("/api/v1/projects/{projectId:guid}/datasets").WithTags("Dataset versions");
        var datasets = versions.MapGroup("").RequireAuthorization(nameof(StudioRight.View));
        datasets.MapGet("", ListAsync).WithSummary("The project's frozen dataset versions, newest first.");
        datasets.MapGet("{versionId:guid}/files/{format}", DownloadAsync).DisableCookieRedirect().ProducesProblem(StatusCodes.Status404NotFound).WithSummary("A dataset version as zip (images in folders, labels.csv; 'location=true' leaves in the pictures where they were taken), csv or labelStudio (labels only).");
        datasets.MapGet("{versionId:guid}/difference", CompareAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What changed from this version to the version 'to', or to the labels of now.");
        datasets.MapGet("{versionId:guid}/restore", PreviewRestoreAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What restoring the version's labels would do; 'clearsOthers=true' also takes the label off images it does not hold.");
        versions.MapPost("", FreezeAsync).RequireAuthorization(nameof(StudioRight.Train)).WithSummary("Freezes the labels of now; unchanged labels give the version that holds them already.");
        versions.MapPost("{versionId:guid}/restore", RestoreAsync).RequireAuthorization(nameof(StudioRight.ManageProject)).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("Gives the images of the version the labels they had in it, as one action that can be undone. In a browser only: no access token may manage a project.");
        return app;
    }

    private static async Task<Created<FrozenDataset>> FreezeAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] DatasetVersions versions, CancellationToken cancellationToken)
    {
        var id = await versions.FreezeAsync(principal.UserId(), projectId, cancellationToken);
        return TypedResults.Created($"/api/v1/projects/{projectId}/datasets/{id}/files/csv", new FrozenDataset(id));
    }

    private static async Task<Ok<DatasetDifference>> CompareAsync(
        Guid projectId, Guid versionId, Guid? to, ClaimsPrincipal principal, [FromServices] DatasetVersions versions, CancellationToken cancellationToken) =>
        TypedResults.Ok(await versions.CompareAsync(principal.UserId(), projectId, versionId, to, cancellationToken));

    private static async Task<Ok<LabelRestore>> PreviewRestoreAsync(
        Guid projectId, Guid versionId, bool? clearsOthers, ClaimsPrincipal principal, [FromServices] DatasetVersions versions, CancellationToken cancellationToken) =>
        TypedResults.Ok(await versions.PreviewRestoreAsync(principal.UserId(), projectId, versionId, clearsOthers == true, cancellationToken));

    private static async Task<Ok<RestoredLabels>> RestoreAsync(
        Guid projectId, Guid versionId, bool? clearsOthers, ClaimsPrincipal principal, [FromServices] DatasetVersions versions, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RestoredLabels(await versions.RestoreAsync(principal.UserId(), projectId, versionId, clearsOthers == true, cancellationToken)));

    private static async Task<Ok<IReadOnlyList<DatasetVersion>>> ListAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] DatasetVersions versions, CancellationToken cancellationToken) =>
        TypedResults.Ok(await versions.ListAsync(principal.UserId(), projectId, cancellationToken));

    private static async Task<IResult> DownloadAsync(
        Guid projectId,
        Guid versionId,
        string format,
        bool? location,
        ClaimsPrincipal principal,
        [FromServices] DatasetVersions versions,
        [FromServices] SnapshotExports exports,
        [FromServices] StudioPaths paths,
        CancellationToken cancellationToken)
    {
        var userId = principal.UserId();
        var version = (await versions.ListAsync(userId, projectId, cancellationToken)).FirstOrDefault(item => item.Id == versionId)
            ?? throw new NotFoundException($"The project has no dataset version '{versionId}'. Take one from the project's list of versions.");
        var name = string.Create(CultureInfo.InvariantCulture, $"dataset-version-{version.Number}");
        return format switch
        {
            "zip" => TypedResults.Stream(
                // By way of a file: the archive's own code writes some bytes synchronously, which a response does not allow.
                await TemporaryFile.WriteAsync(paths, (target, token) => exports.WriteZipAsync(userId, projectId, versionId, location == true, target, token), cancellationToken), "application/zip", name + ".zip"),
            "csv" => TypedResults.Stream(
                target => exports.WriteCsvAsync(userId, projectId, versionId, target, cancellationToken), "text/csv; charset=utf-8", name + ".csv"),
            "labelStudio" => TypedResults.Stream(
                target => exports.WriteLabelStudioAsync(userId, projectId, versionId, target, cancellationToken), "application/json", name + ".json"),
            _ => throw new NotFoundException($"There is no format '{format}'. Take zip, csv or labelStudio."),
        };
    }
}
