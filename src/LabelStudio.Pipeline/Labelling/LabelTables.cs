using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// Labels images that are there already by a table: CSV or JSON lines, as the intake reads it beside pictures, or Label Studio's JSON. What somebody
/// decided is never overwritten. The labels are given by a bulk job, so they go on after a restart and are one undo.
/// </summary>
public sealed class LabelTables(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, BulkJobs jobs, ChangeSignals signals, TimeProvider clock)
{
    private const int MostRows = 1_000_000;

    /// <summary>More are no classes, but a column of something else.</summary>
    private const int MostNewClasses = 200;

    /// <summary>Says what the table means for each image and begins to label. Needs the right to upload; for names that no class has, that to manage classes.</summary>
    /// <exception cref="ConflictException">The person's last action on many images is not done.</exception>
    public async Task<LabelTableReport> StartAsync(Guid userId, Guid projectId, Stream content, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Upload, cancellationToken);
        var rows = Rows(await ReadAsync(content, cancellationToken));
        if ((await jobs.LastAsync(userId, projectId, cancellationToken))?.State == BulkJobState.Running)
        {
            throw new ConflictException("Your last action on many images is still running, so the table was not read in. Wait for its end, or cancel it.");
        }

        var plan = await PlanAsync(userId, projectId, rows, cancellationToken);
        if (plan.NewClasses.Count > MostNewClasses)
        {
            throw new InvalidRequestException(
                $"The table names {plan.NewClasses.Count:N0} classes that this project does not have, so nothing was labelled; at most {MostNewClasses} are made at once. Check which column is called 'label'.");
        }

        var labels = await MakeAsync(projectId, plan, cancellationToken);
        var parts = plan.Given.GroupBy(given => labels[given.Value], given => given.Key)
            .Select(images => new BulkPart([.. images], images.Key))
            .ToList();
        var job = parts.Count == 0 ? null : await jobs.StartAsync(
            userId, projectId, new BulkOrder(BulkAction.Import, parts, AnnotationKind.Label, OnlyUnlabelled: true), cancellationToken);
        return new(
            plan.Rows, plan.Given.Count, plan.Already, plan.WithoutClass, plan.Conflicts, plan.Unknown, plan.Refused, plan.NewClasses, plan.Problems, job);
    }

    private async Task<LabelTablePlan> PlanAsync(Guid userId, Guid projectId, List<ImportTableRow> rows, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var combinations = await Combinations.ReadAsync(db, projectId, cancellationToken);
        var takesSeveral = await db.TakesSeveralClassesAsync(projectId, cancellationToken);
        var images = await TableImages.ReadAsync(db, projectId, rows, cancellationToken);
        var plan = new LabelTablePlan(images, combinations, takesSeveral, await access.AllowsAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken));
        rows.ForEach(plan.Add);
        return plan;
    }

    /// <summary>The id of each label; classes and combinations that are missing are made, all or none.</summary>
    private async Task<Dictionary<MeantLabel, Guid>> MakeAsync(Guid projectId, LabelTablePlan plan, CancellationToken cancellationToken)
    {
        MeantLabel[] labels = [.. plan.Given.Values.Distinct()];
        if (labels.All(label => label is { NewNames.Count: 0, Known.Count: 1 }))
        {
            return labels.ToDictionary(label => label, label => label.Known[0]);
        }

        var (made, hasNew) = await writer.WriteAsync(
            async (db, token) =>
            {
                foreach (var name in plan.NewClasses)
                {
                    await ClassCatalog.AddAsync(db, projectId, new NewClass(name), clock.GetUtcNow(), token);
                    // The next one must see its place, colour and key.
                    await db.SaveChangesAsync(token);
                }

                var ids = await GiveIdsAsync(db, projectId, labels, token);
                return (ids, plan.NewClasses.Count > 0 || db.ChangeTracker.HasChanges());
            },
            cancellationToken);
        if (hasNew)
        {
            signals.Publish(projectId, ChangeTopic.Classes);
        }

        return made;
    }

    private async Task<Dictionary<MeantLabel, Guid>> GiveIdsAsync(
        StudioDbContext db, Guid projectId, MeantLabel[] labels, CancellationToken cancellationToken)
    {
        var ontologyVersion = await db.Projects.Where(project => project.Id == projectId).Select(project => project.OntologyVersion).FirstAsync(cancellationToken);
        var combinations = await Combinations.ReadAsync(db, projectId, cancellationToken);
        var byName = combinations.Classes.Where(item => !item.IsCombination).ToDictionary(item => item.NormalizedName, item => item.Id);
        var ids = labels.ToDictionary(
            label => label,
            label => combinations.LabelOf([.. label.Known, .. label.NewNames.Select(name => byName[ClassRules.Normalized(name)])], ontologyVersion, clock.GetUtcNow().UtcDateTime));
        await combinations.SaveAsync(db, ids.Values.ToHashSet(), cancellationToken);
        return ids;
    }

    private static async Task<string> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static List<ImportTableRow> Rows(string text)
    {
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (start is ['[', ..])
        {
            return Checked(TaskTable.Read(text));
        }

        var table = start is ['{', ..] ? ImportTable.OfJsonLines(text) : ImportTable.OfCsv(text);
        if (!table.HasLabels || !(table.NamesFiles || table.NamesHashes))
        {
            throw new InvalidRequestException(
                "The table does not say which image has which label. Give it a column 'image' (file names) or 'sha256', and a column 'label', or 'labels' where an image may have several classes.");
        }

        return Checked([.. table.Rows.Take(MostRows + 1)]);
    }

    private static List<ImportTableRow> Checked(List<ImportTableRow> rows) => rows.Count <= MostRows
        ? rows
        : throw new InvalidRequestException($"The table has more than {MostRows:N0} rows. Split it into several tables.");
}
