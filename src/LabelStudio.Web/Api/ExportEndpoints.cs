using System.Security.Claims;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LabelStudio.Web.Api;

/// <summary>Images and labels as a download, written while it is sent: memory and disk stay as they are.</summary>
public static class ExportEndpoints
{
    public static IEndpointRouteBuilder MapExports(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/projects/{projectId:guid}/export/{format}", DownloadAsync)
            .RequireAuthorization(nameof(StudioRight.View))
            .WithTags("Export")
            .WithSummary("Labelled images as zip, csv or labelStudio; 'unlabelled=true' adds the others.");
        return app;
    }

    private static async Task<PushStreamHttpResult> DownloadAsync(
        Guid projectId,
        ExportFormat format,
        bool? unlabelled,
        ClaimsPrincipal user,
        ProjectAccess access,
        DatasetExports exports,
        CancellationToken cancellationToken)
    {
        var userId = user.UserId();
        // Refused before the first byte: afterwards an error could only break the download off.
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var options = new ExportOptions(IncludeUnlabelled: unlabelled == true);
        return format switch
        {
            ExportFormat.Zip => TypedResults.Stream(
                target => exports.WriteZipAsync(userId, projectId, options, target, cancellationToken), "application/zip", "dataset.zip"),
            ExportFormat.Csv => TypedResults.Stream(
                target => exports.WriteCsvAsync(userId, projectId, options, target, cancellationToken), "text/csv; charset=utf-8", "labels.csv"),
            ExportFormat.LabelStudio => TypedResults.Stream(
                target => exports.WriteLabelStudioAsync(userId, projectId, options, target, cancellationToken), "application/json", "label-studio.json"),
        };
    }
}
