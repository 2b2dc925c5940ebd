using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Takes over labels that another program gave to pictures of the project, and never overwrites what was decided here.</summary>
public sealed class ForeignLabels(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, StudioWriter writer, ImportedLabels labels, ChangeSignals signals)
{
    /// <summary>Whoever labels meanwhile waits for one part at most.</summary>
    private const int LabelsAtATime = 100;

    /// <summary>Which of these pictures the project has. Needs the right to view.</summary>
    public async Task<IReadOnlySet<string>> KnownAsync(Guid userId, Guid projectId, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var asked = hashes.ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(asked).Contains(image.Sha256))
            .Select(image => image.Sha256).ToHashSetAsync(cancellationToken);
    }

    /// <summary>Whether a picture of the project may have several classes, or none. Needs the right to view.</summary>
    public async Task<bool> TakeSeveralAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.TakesSeveralClassesAsync(projectId, cancellationToken);
    }

    /// <summary>Saves labels as annotations that name their source. Needs the right to label.</summary>
    /// <param name="userId">On whose behalf.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="source">The program they come from, as people call it.</param>
    /// <param name="given">The labels.</param>
    /// <param name="cancellationToken">Ends between two parts; what was saved stays.</param>
    public async Task<ForeignLabelCounts> SaveAsync(
        Guid userId, Guid projectId, string source, IReadOnlyList<ForeignLabel> given, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(given);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var total = new ForeignLabelCounts(0, 0, 0, 0);
        foreach (var part in given.DistinctBy(label => label.Sha256).Chunk(LabelsAtATime))
        {
            total += await writer.WriteAsync((db, token) => SavePartAsync(db, userId, projectId, source, part, token), cancellationToken);
        }
        if (total.Saved > 0)
        {
            // Several classes together may be a label that nobody gave before.
            signals.Publish(projectId, given.All(label => label.ClassIds.Count == 1) ? ChangeTopic.Labels : ChangeTopic.Labels | ChangeTopic.Classes);
        }
        return total;
    }

    private async Task<ForeignLabelCounts> SavePartAsync(
        StudioDbContext db, Guid userId, Guid projectId, string source, ForeignLabel[] part, CancellationToken cancellationToken)
    {
        var hashes = part.Select(label => label.Sha256).ToArray();
        var images = await db.Images.Where(image => image.ProjectId == projectId && EF.Parameter(hashes).Contains(image.Sha256))
            .ToDictionaryAsync(image => image.Sha256, cancellationToken);
        var counts = new ForeignLabelCounts(0, 0, 0, 0);
        foreach (var label in part)
        {
            counts += images.GetValueOrDefault(label.Sha256) is { } image
                ? await SaveAsync(db, image, ImportLabel.Of(label.ClassIds) with { Source = source }, userId, cancellationToken)
                : new(0, 0, 0, 1);
        }
        return counts;
    }

    private async Task<ForeignLabelCounts> SaveAsync(
        StudioDbContext db, ImageRecord image, ImportLabel label, Guid userId, CancellationToken cancellationToken)
    {
        var before = image.LabelVersion;
        var refusal = await labels.ApplyAsync(db, image, label, userId, cancellationToken);
        return image.LabelVersion != before ? new(1, 0, 0, 0) : refusal is null ? new(0, 1, 0, 0) : new(0, 0, 1, 0);
    }
}
