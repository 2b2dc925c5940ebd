using System.Globalization;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Export;

/// <summary>Every act of labelling as a table: who, when, from what to what, and how. Memory stays flat.</summary>
public sealed class HistoryExports(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access)
{
    private const int RowsAtATime = 1000;

    private static readonly string[] Before = ["id", "image", "sha256", "act"];
    private static readonly string[] OneClass = ["class", "class_before"];
    private static readonly string[] SeveralClasses = ["classes", "classes_before"];
    private static readonly string[] Behind =
    [
        "state_before", "origin", "person", "at",
        "suggested", "probability", "suggested_by", "seconds", "ontology_version", "reason", "given_in",
    ];

    /// <summary>Oldest first. For those who may manage classes: it holds the votes, which annotators must not see of each other.</summary>
    public async Task WriteCsvAsync(Guid userId, Guid projectId, Stream target, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await using var writer = new StreamWriter(target, leaveOpen: true);
        var takesSeveral = await TakesSeveralAsync(projectId, cancellationToken);
        await writer.WriteAsync(CsvText.Line([.. Before, .. takesSeveral ? SeveralClasses : OneClass, .. Behind]).AsMemory(), cancellationToken);
        var after = 0L;
        while (true)
        {
            // Page by page with a context each: a reader that stays open as long as a download keeps the log from shrinking.
            var (lines, last) = await PageAsync(projectId, after, cancellationToken);
            if (lines.Count == 0)
            {
                return;
            }

            after = last;
            foreach (var line in lines)
            {
                await writer.WriteAsync(line.AsMemory(), cancellationToken);
            }
        }
    }

    private async Task<(List<string> Lines, long Last)> PageAsync(Guid projectId, long after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var labels = await LabelsAsync(db, projectId, cancellationToken);
        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.Id > after
            join image in db.Images on annotation.ImageId equals image.Id
            orderby annotation.Id
            select new
            {
                Act = annotation,
                image.FileName,
                image.Sha256,
                Person = db.Users.Where(user => user.Id == annotation.UserId).Select(user => user.DisplayName).FirstOrDefault(),
            }).Take(RowsAtATime).ToListAsync(cancellationToken);
        return (
            [
                .. rows.Select(row => CsvText.Line(
                    Text(row.Act.Id),
                    row.FileName,
                    row.Sha256,
                    row.Act.Kind.ToString(),
                    labels.Cell(row.Act.ClassId),
                    labels.Cell(row.Act.PreviousClassId),
                    row.Act.PreviousState.ToString(),
                    row.Act.Origin.ToString(),
                    row.Person,
                    row.Act.CreatedUtc.ToString("O", CultureInfo.InvariantCulture),
                    labels.Cell(row.Act.SuggestedClassId),
                    Text(row.Act.SuggestedProbability),
                    row.Act.SuggestionSource,
                    Text(row.Act.LeadTimeMs / 1000.0),
                    Text(row.Act.OntologyVersion),
                    row.Act.DiscardReason,
                    row.Act.Source)),
            ],
            rows is [.., var last] ? last.Act.Id : after);
    }

    private async Task<bool> TakesSeveralAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await LabelsAsync(db, projectId, cancellationToken)).TakesSeveral;
    }

    private static async Task<LabelNames> LabelsAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var labels = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId)
            .OrderBy(item => item.Position).ThenBy(item => item.CreatedUtc)
            .Select(item => new { item.Id, item.Name })
            .ToListAsync(cancellationToken);
        return await LabelNames.ReadAsync(db, projectId, labels.ConvertAll(item => (item.Id, item.Name)), cancellationToken);
    }

    private static string? Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);
}
