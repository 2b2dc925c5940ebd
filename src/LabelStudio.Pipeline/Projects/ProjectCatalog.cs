using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Projects;

/// <summary>The projects: list, make, change, delete, and who works in them.</summary>
public sealed partial class ProjectCatalog(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ProjectAccess access,
    ChangeSignals signals,
    TimeProvider clock)
{
    /// <summary>All projects the person may see, by name.</summary>
    public async Task<IReadOnlyList<ProjectSummary>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = new List<Project>();
        foreach (var project in await db.Projects.AsNoTracking().ToListAsync(cancellationToken))
        {
            if (await access.AllowsAsync(userId, project.Id, StudioRight.View, cancellationToken))
            {
                visible.Add(project);
            }
        }

        var counts = await ProjectCounts.ReadAsync(db, projectId: null, cancellationToken);
        return
        [
            .. visible.Where(project => counts.ContainsKey(project.Id))
                .OrderBy(project => project.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(project => Summary(project, counts[project.Id])),
        ];
    }

    public async Task<ProjectDetails> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var role = await access.RoleAsync(userId, projectId, cancellationToken) ?? StudioRole.Viewer;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var project = await db.Projects.AsNoTracking().FirstOrDefaultAsync(project => project.Id == projectId, cancellationToken);
        var counts = await ProjectCounts.ReadAsync(db, projectId, cancellationToken);
        return project is not null && counts.TryGetValue(projectId, out var count) ? Details(project, count, role) : throw Missing();
    }

    public async Task<Guid> CreateAsync(Guid userId, NewProject project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(project);
        await access.DemandGlobalAsync(userId, StudioRight.ManageProject, cancellationToken);
        var created = new Project
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            Name = ProjectRules.CheckedName(project.Name),
            Description = project.Description.Trim(),
            Guidelines = project.Guidelines,
            CreatedUtc = clock.GetUtcNow().UtcDateTime,
            CreatedBy = userId,
            IsSample = project.IsSample,
            TakesSeveralClasses = project.TakesSeveralClasses,
        };
        await writer.WriteAsync((db, _) => Task.FromResult(db.Projects.Add(created)), cancellationToken);
        signals.Publish(created.Id, ChangeTopic.Project);
        return created.Id;
    }

    public async Task UpdateAsync(Guid userId, Guid projectId, ProjectUpdate update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        ProjectRules.DemandPercentages(update.TrainPercent, update.ValidationPercent, update.TestPercent);
        var name = ProjectRules.CheckedName(update.Name);
        await writer.WriteAsync(
            async (db, token) =>
            {
                var project = await db.Projects.FindAsync([projectId], token) ?? throw Missing();
                project.Name = name;
                project.Description = update.Description.Trim();
                project.Guidelines = update.Guidelines;
                project.TrainPercent = update.TrainPercent;
                project.ValidationPercent = update.ValidationPercent;
                project.TestPercent = update.TestPercent;
                project.DefaultOrder = update.DefaultOrder;
                project.SuggestionSource = update.SuggestionSource;
                var takesSeveral = update.TakesSeveralClasses ?? project.TakesSeveralClasses;
                await DemandOneClassAsync(db, project, takesSeveral, token);
                project.TakesSeveralClasses = takesSeveral;
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Project);
    }

    /// <summary>No image loses a class: who wants one each has to decide upon those that have several first.</summary>
    private static async Task DemandOneClassAsync(StudioDbContext db, Project project, bool takesSeveral, CancellationToken cancellationToken)
    {
        if (takesSeveral || !project.TakesSeveralClasses)
        {
            return;
        }

        var several = await db.Database.SqlQuery<int>(
            $"""
            SELECT COUNT(*) AS "Value" FROM "Images" image JOIN "Classes" label ON label."Id" = image."LabelClassId"
            WHERE image."ProjectId" = {project.Id} AND label."IsCombination"
            """).SingleAsync(cancellationToken);
        if (several > 0)
        {
            throw new InvalidRequestException(
                $"{several} images have several classes, or are labelled as having none, so the project can't take one class per image. Give each of them one class first.");
        }
    }

    /// <summary>Deletes a project with its images' rows, labels and models' rows. Administrators only; cannot be undone.</summary>
    public async Task DeleteAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandGlobalAsync(userId, StudioRight.Administer, cancellationToken);
        var deleted = await writer.WriteAsync(
            (db, token) => db.Projects.Where(project => project.Id == projectId).ExecuteDeleteAsync(token), cancellationToken);
        if (deleted == 0)
        {
            throw Missing();
        }

        signals.Publish(projectId, ChangeTopic.Project);
    }

    internal static NotFoundException Missing() =>
        new("This project does not exist: it may have been deleted. Go back to the list of projects.");

    private static ProjectSummary Summary(Project project, ProjectCounts counts) => new(
        project.Id,
        project.Name,
        project.Description,
        counts.Images,
        counts.Labelled,
        counts.Classes,
        project.ProductionModel,
        project.CreatedUtc,
        project.IsSample);

    private static ProjectDetails Details(Project project, ProjectCounts counts, StudioRole role) => new()
    {
        Id = project.Id,
        Name = project.Name,
        Description = project.Description,
        Guidelines = project.Guidelines,
        OntologyVersion = project.OntologyVersion,
        TakesSeveralClasses = project.TakesSeveralClasses,
        TrainPercent = project.TrainPercent,
        ValidationPercent = project.ValidationPercent,
        TestPercent = project.TestPercent,
        DefaultOrder = project.DefaultOrder,
        SuggestionSource = project.SuggestionSource,
        CreatedUtc = project.CreatedUtc,
        IsSample = project.IsSample,
        ImageCount = counts.Images,
        UnlabelledCount = counts.Unlabelled,
        LabelledCount = counts.Labelled,
        DiscardedCount = counts.Discarded,
        FlaggedCount = counts.Flagged,
        ClassCount = counts.Classes,
        ProductionModel = project.ProductionModel,
        Role = role,
    };
}
