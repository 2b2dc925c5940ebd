using LabelStudio.Learning.Backbones;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>Deletes users' own feature extractors that nothing uses.</summary>
public sealed class ExtractorDeletion(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, StudioWriter writer, StudioPaths paths, ILogger<ExtractorDeletion> log)
{
    /// <summary>Deletes an extractor for all projects. Needs the right to manage the project it is deleted from.</summary>
    /// <exception cref="NotFoundException">It is not there any more.</exception>
    /// <exception cref="ConflictException">A project, a run or a model uses it; the message tells which.</exception>
    public async Task DeleteAsync(Guid userId, Guid projectId, Guid extractorId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var folder = paths.ExtractorFolder(extractorId);
        if (!ExtractorFolder.IsIn(folder))
        {
            throw new NotFoundException("The feature extractor is not there any more.");
        }
        var name = ExtractorFolder.Read(folder).Name;
        // Before the write, which others wait for: files are read. A model that comes in meanwhile comes from a run, which is looked at below.
        var models = await ModelsOnAsync(folder, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (await UsersAsync(db, extractorId, models, token) is { Count: > 0 } users)
                {
                    throw new ConflictException($"The feature extractor '{name}' was not deleted. {string.Join(" ", users)}");
                }
                // Within the write, so that no project chooses it in between.
                Directory.Delete(folder, recursive: true);
                return true;
            },
            cancellationToken);
        log.LogInformation("Feature extractor {Name} ({ExtractorId}) was deleted by {UserId}", name, extractorId, userId);
    }

    private static async Task<List<string>> UsersAsync(StudioDbContext db, Guid extractorId, IReadOnlyList<string> models, CancellationToken cancellationToken)
    {
        var users = new List<string>();
        if (models.Count > 0)
        {
            users.Add($"These models were trained on it: {string.Join(", ", models)}. Delete them first.");
        }
        var projects = await db.Projects.Where(project => project.ExtractorId == extractorId).Select(project => project.Name).Order().ToListAsync(cancellationToken);
        if (projects.Count > 0)
        {
            users.Add($"These projects see their images through it: {string.Join(", ", projects)}. Choose another one in their settings first.");
        }
        var runs = await db.TrainingRuns.Where(run => run.ExtractorId == extractorId && run.State != RunState.Succeeded && run.State != RunState.Cancelled)
            .Select(run => run.Name).Order().ToListAsync(cancellationToken);
        if (runs.Count > 0)
        {
            users.Add($"These training runs begin with it and may still go on: {string.Join(", ", runs)}. Cancel them first.");
        }
        return users;
    }

    /// <summary>The models that carry this extractor, by name and project.</summary>
    private async Task<IReadOnlyList<string>> ModelsOnAsync(string extractor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var models = await db.ModelVersions.Where(model => model.DeletedUtc == null).OrderBy(model => model.Number)
            .Select(model => new { model.Id, model.Number, Project = db.Projects.Where(project => project.Id == model.ProjectId).Select(project => project.Name).FirstOrDefault() })
            .ToListAsync(cancellationToken);
        var carrying = models.Where(model => ExtractorFolder.IsIn(paths.ModelFolder(model.Id))).ToList();
        if (carrying.Count == 0)
        {
            return [];
        }
        var hash = await Task.Run(() => ExtractorFolder.Hash(extractor), cancellationToken);
        return [.. carrying.Where(model => ExtractorFolder.Hash(paths.ModelFolder(model.Id)) == hash).Select(model => $"{ModelVersion.NameOf(model.Number)} of {model.Project}")];
    }
}
