using System.Security.Claims;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;

namespace LabelStudio.Web.Api;

/// <summary>Images and labels as a download. Memory stays flat: tables are written while they are sent, archives by way of a temporary file.</summary>
public static class ExportEndpoints
{
    public static IEndpointRouteBuilder MapExports(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/projects/{projectId:guid}/export/{format}", DownloadAsync)
            .RequireAuthorization(nameof(StudioRight.View))
            .WithTags("Export")
            .WithSummary("Labelled images as zip, csv or labelStudio; 'unlabelled=true' adds the others; 'location=true' leaves in the pictures where they were taken. 'history' is every act of labelling. Where an image may have several classes, tables name them in one cell, with a | between two.");
        return app;
    }

    private static async Task<IResult> DownloadAsync(
        Guid projectId,
        string format,
        bool? unlabelled,
        bool? location,
        ClaimsPrincipal user,
        ProjectAccess access,
        DatasetExports exports,
        HistoryExports history,
        StudioPaths paths,
        CancellationToken cancellationToken)
    {
        var userId = user.UserId();
        // Refused before the first byte: afterwards an error could only break the download off.
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var options = new ExportOptions(IncludeUnlabelled: unlabelled == true, KeepsLocation: location == true);
        if (!Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
        {
            throw new NotFoundException($"There is no export in the form '{format}'. Take zip, csv, labelStudio or history.");
        }

        if (wanted == ExportFormat.History)
        {
            await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        }

        return wanted switch
        {
            ExportFormat.Zip => TypedResults.Stream(
                // By way of a file: the archive's own code writes some bytes synchronously, which a response does not allow.
                await TemporaryFile.WriteAsync(paths, (target, token) => exports.WriteZipAsync(userId, projectId, options, target, token), cancellationToken), "application/zip", "dataset.zip"),
            ExportFormat.Csv => TypedResults.Stream(
                target => exports.WriteCsvAsync(userId, projectId, options, target, cancellationToken), "text/csv; charset=utf-8", "labels.csv"),
            ExportFormat.LabelStudio => TypedResults.Stream(
                target => exports.WriteLabelStudioAsync(userId, projectId, options, target, cancellationToken), "application/json", "label-studio.json"),
            ExportFormat.History => TypedResults.Stream(
                target => history.WriteCsvAsync(userId, projectId, target, cancellationToken), "text/csv; charset=utf-8", "history.csv"),
        };
    }
}
