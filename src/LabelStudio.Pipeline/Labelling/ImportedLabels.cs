using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Gives images that come in the classes they came with, and never overwrites what a person decided.</summary>
public sealed class ImportedLabels(TimeProvider clock)
{
    /// <summary>See <see cref="ImportLabelling"/>.</summary>
    public async Task<string?> ApplyAsync(
        StudioDbContext db, ImageRecord image, ImportLabel label, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(label);
        var takesSeveral = await db.Projects.Where(project => project.Id == image.ProjectId)
            .Select(project => project.TakesSeveralClasses)
            .FirstAsync(cancellationToken);
        var combinations = await Combinations.ReadAsync(db, image.ProjectId, label.ClassIds, label.WholeName, cancellationToken);
        var (classIds, problem) = await FindAsync(db, combinations, image.ProjectId, new ImportedClasses(combinations, takesSeveral).Read(label), cancellationToken);
        if (classIds is null || image.LabelClassId == combinations.IdOf(classIds))
        {
            return problem;
        }

        if (image.State != ImageState.Unlabelled)
        {
            return await DisagreementAsync(db, image, combinations.NameOf(classIds), cancellationToken);
        }

        var now = clock.GetUtcNow();
        var ontologyVersion = await db.Projects.Where(project => project.Id == image.ProjectId)
            .Select(project => project.OntologyVersion)
            .FirstAsync(cancellationToken);
        var labelId = await LabelOfAsync(db, combinations, classIds, ontologyVersion, cancellationToken);
        image.GiveLabel(labelId, userId, now.UtcDateTime, ontologyVersion);
        var decisionId = Guid.CreateVersion7(now);
        db.Annotations.Add(new Annotation
        {
            ProjectId = image.ProjectId,
            ImageId = image.Id,
            DecisionId = decisionId,
            ActionId = decisionId,
            StartsAction = false,
            Kind = AnnotationKind.Label,
            ClassId = labelId,
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

    private async Task<(IReadOnlyList<Guid>? ClassIds, string? Problem)> FindAsync(
        StudioDbContext db, Combinations combinations, Guid projectId, MeantLabel meant, CancellationToken cancellationToken)
    {
        if (meant.Archived is { } archived)
        {
            return (null, $"It came without label: the class '{archived.Name}' is archived. Restore it, or choose another one.");
        }

        if (meant.Problem is { } problem)
        {
            return (null, $"It came without label: {char.ToLowerInvariant(problem[0])}{problem[1..]}");
        }

        try
        {
            // All or none.
            var names = meant.NewNames.Select(ClassRules.CheckedName).ToList();
            foreach (var name in names)
            {
                combinations.Add(await ClassCatalog.AddAsync(db, projectId, new NewClass(name), clock.GetUtcNow(), cancellationToken));
                await db.SaveChangesAsync(cancellationToken);
            }

            return (combinations.InUse([.. meant.Known, .. names.Select(name => ClassRules.Find(combinations.Classes, name)!.Id)], out _), null);
        }
        catch (InvalidRequestException error)
        {
            return (null, $"It came without label: {error.Message}");
        }
    }

    private async Task<Guid> LabelOfAsync(
        StudioDbContext db, Combinations combinations, IReadOnlyList<Guid> classIds, int ontologyVersion, CancellationToken cancellationToken)
    {
        var id = combinations.LabelOf(classIds, ontologyVersion, clock.GetUtcNow().UtcDateTime);
        if (await combinations.SaveAsync(db, new HashSet<Guid> { id }, cancellationToken))
        {
            // The next image of the same transaction must find it.
            await db.SaveChangesAsync(cancellationToken);
        }

        return id;
    }

    private static async Task<string?> DisagreementAsync(
        StudioDbContext db, ImageRecord image, string wanted, CancellationToken cancellationToken)
    {
        if (image.State == ImageState.Discarded)
        {
            return $"There it is discarded, so the label '{wanted}' was not given.";
        }

        var present = await db.Classes.Where(item => item.Id == image.LabelClassId)
            .Select(item => item.Name)
            .FirstOrDefaultAsync(cancellationToken);
        return $"There it is labelled '{present}', and this import says '{wanted}': the label was kept.";
    }
}
