using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Gives images that come in the class they came with, and never overwrites what a person decided.</summary>
public sealed class ImportedLabels(TimeProvider clock)
{
    /// <summary>See <see cref="ImportLabelling"/>.</summary>
    public async Task<string?> ApplyAsync(
        StudioDbContext db, ImageRecord image, ImportLabel label, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(label);
        var (definition, problem) = await FindAsync(db, image.ProjectId, label, cancellationToken);
        if (definition is null || image.LabelClassId == definition.Id)
        {
            return problem;
        }

        if (image.State != ImageState.Unlabelled)
        {
            return await DisagreementAsync(db, image, definition, cancellationToken);
        }

        var now = clock.GetUtcNow();
        var ontologyVersion = await db.Projects.Where(project => project.Id == image.ProjectId)
            .Select(project => project.OntologyVersion)
            .FirstAsync(cancellationToken);
        image.GiveLabel(definition.Id, userId, now.UtcDateTime, ontologyVersion);
        var decisionId = Guid.CreateVersion7(now);
        db.Annotations.Add(new Annotation
        {
            ProjectId = image.ProjectId,
            ImageId = image.Id,
            DecisionId = decisionId,
            ActionId = decisionId,
            StartsAction = false,
            Kind = AnnotationKind.Label,
            ClassId = definition.Id,
            PreviousState = ImageState.Unlabelled,
            UserId = userId,
            CreatedUtc = now.UtcDateTime,
            Origin = AnnotationOrigin.Import,
            Source = label.Source,
            OntologyVersion = ontologyVersion,
            LabelVersion = image.LabelVersion,
        });
        return null;
    }

    private async Task<(ClassDefinition? Definition, string? Problem)> FindAsync(
        StudioDbContext db, Guid projectId, ImportLabel label, CancellationToken cancellationToken)
    {
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken);
        var found = label.ClassId is { } id
            ? classes.Find(item => item.Id == id)
            : label.ClassName is { } name ? ClassRules.Find(classes, name)
            : null;
        if (found is null)
        {
            return await MakeAsync(db, projectId, label, cancellationToken);
        }

        found = MergedClasses.Resolve(classes, found);
        return found.IsArchived
            ? (null, $"It came without label: the class '{found.Name}' is archived. Restore it, or choose another one.")
            : (found, null);
    }

    private async Task<(ClassDefinition? Definition, string? Problem)> MakeAsync(
        StudioDbContext db, Guid projectId, ImportLabel label, CancellationToken cancellationToken)
    {
        if (label.ClassName is null)
        {
            return (null, "It came without label: the chosen class does not exist in this project.");
        }

        try
        {
            var made = await ClassCatalog.AddAsync(db, projectId, new NewClass(label.ClassName), clock.GetUtcNow(), cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            return (made, null);
        }
        catch (InvalidRequestException error)
        {
            return (null, $"It came without label: {error.Message}");
        }
    }

    private static async Task<string?> DisagreementAsync(
        StudioDbContext db, ImageRecord image, ClassDefinition wanted, CancellationToken cancellationToken)
    {
        if (image.State == ImageState.Discarded)
        {
            return $"There it is discarded, so the label '{wanted.Name}' was not given.";
        }

        var present = await db.Classes.Where(item => item.Id == image.LabelClassId)
            .Select(item => item.Name)
            .FirstOrDefaultAsync(cancellationToken);
        return $"There it is labelled '{present}', and this import says '{wanted.Name}': the label was kept.";
    }
}
