using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Takes actions back by adding annotations that do the opposite: nothing is ever erased.</summary>
public sealed class ActionReverter(StudioWriter writer, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    /// <param name="redo">Take the last undo back instead of the last decision.</param>
    internal async Task<UndoResult?> RevertAsync(Guid userId, Guid projectId, bool redo, CancellationToken cancellationToken)
    {
        var result = await writer.WriteAsync(
            async (db, token) =>
            {
                var history = await ActionHistory.ReadAsync(db, userId, projectId, token);
                return (redo ? history.ToRedo() : history.ToUndo()) is { } action
                    ? await RevertAsync(db, userId, projectId, action, redo, token)
                    : null;
            },
            cancellationToken);
        if (result is not null)
        {
            signals.Publish(projectId, ChangeTopic.Labels);
        }

        return result;
    }

    private async Task<UndoResult?> RevertAsync(
        StudioDbContext db, Guid userId, Guid projectId, ActionStart action, bool redo, CancellationToken cancellationToken)
    {
        var annotations = await db.Annotations.AsNoTracking()
            .Where(annotation => annotation.ActionId == action.ActionId)
            .OrderBy(annotation => annotation.Id)
            .ToListAsync(cancellationToken);
        var rows = new ActionRows(db, annotations.Count);
        var records = rows.Images;
        var images = await (
            from annotation in db.Annotations
            where annotation.ActionId == action.ActionId
            join image in records on annotation.ImageId equals image.Id
            select image).Distinct().ToDictionaryAsync(image => image.Id, cancellationToken);
        var changedSince = await ChangedSinceAsync(db, userId, action.ActionId, cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var reasons = await ReasonsAsync(db, action.ActionId, cancellationToken);
        var classes = await db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId).ToListAsync(cancellationToken);
        var ontologyVersion = await db.Projects.Where(project => project.Id == projectId)
            .Select(project => (int?)project.OntologyVersion)
            .FirstOrDefaultAsync(cancellationToken) ?? throw ProjectCatalog.Missing();
        var now = clock.GetUtcNow();
        var act = new DecisionAct(userId, now.UtcDateTime, ontologyVersion, Guid.CreateVersion7(now), true, AnnotationOrigin.Undo);
        // That others decided upon a hidden check since would tell that it has a label.
        var reverted = annotations.Where(annotation => images.ContainsKey(annotation.ImageId) && !IsMark(annotation)
            && (!changedSince.Contains(annotation.Id) || hidden.Hide(annotation.ImageId))).ToList();
        var acts = reverted
            .Select((annotation, place) => Revert(
                annotation, images[annotation.ImageId], hidden.Hide(annotation.ImageId), classes, reasons.GetValueOrDefault(annotation.Id), action.ActionId, act, place == 0))
            .ToList();
        if (acts.Count == 0)
        {
            // The action must count as taken back all the same, or the next undo would stop at it again.
            acts.Add(Mark(annotations[0], action.ActionId, act));
        }

        await rows.SaveAsync(reverted.Select(annotation => images[annotation.ImageId]).Distinct(), acts, cancellationToken);
        return Result(action, redo, annotations, reverted, images);
    }

    /// <summary>
    /// Annotations of the action whose image got a newer label from somebody else, or by a merge; what others think of it
    /// changes nothing. The person's own newer actions are taken back already when this one's turn comes.
    /// </summary>
    private static Task<HashSet<long>> ChangedSinceAsync(
        StudioDbContext db, Guid userId, Guid actionId, CancellationToken cancellationToken)
    {
        var decisions = db.Annotations.Where(ImageChanges.IsDecision);
        return (
            from annotation in db.Annotations
            where annotation.ActionId == actionId && decisions.Any(later =>
                later.ImageId == annotation.ImageId
                && later.Id > annotation.Id
                && (later.UserId != userId || later.Origin == AnnotationOrigin.Merge))
            select annotation.Id).ToHashSetAsync(cancellationToken);
    }

    /// <summary>Why the images were discarded that the action found discarded, by the action's annotations; only where somebody said.</summary>
    private static Task<Dictionary<long, string>> ReasonsAsync(StudioDbContext db, Guid actionId, CancellationToken cancellationToken) => (
        from annotation in db.Annotations
        where annotation.ActionId == actionId && annotation.PreviousState == ImageState.Discarded
        select new
        {
            annotation.Id,
            Reason = db.Annotations
                .Where(earlier => earlier.ImageId == annotation.ImageId && earlier.Id < annotation.Id && earlier.Kind == AnnotationKind.Discard)
                .OrderByDescending(earlier => earlier.Id)
                .Select(earlier => earlier.DiscardReason)
                .FirstOrDefault(),
        } into found
        where found.Reason != null
        select found).ToDictionaryAsync(found => found.Id, found => found.Reason!, cancellationToken);

    private static Annotation Revert(
        Annotation annotation,
        ImageRecord image,
        bool isHidden,
        List<ClassDefinition> classes,
        string? reason,
        Guid actionId,
        DecisionAct act,
        bool starts)
    {
        var (kind, classId) = ImageChanges.Opposite(annotation);
        if (classes.Find(item => item.Id == classId) is { } previous)
        {
            classId = MergedClasses.Resolve(classes, previous).Id;
        }

        if (isHidden && ImageChanges.IsAboutLabel(annotation.Kind) && ImageChanges.IsAboutLabel(kind))
        {
            // What the person once decided upon a hidden check counts for them alone, as an answer to it does: it keeps its label.
            (kind, classId) = kind is AnnotationKind.Label or AnnotationKind.Discard ? (AnnotationKind.Vote, classId) : (AnnotationKind.Clear, null);
            return Row(annotation, actionId, act, starts, kind, classId, ImageState.Unlabelled, annotation.ClassId, image.LabelVersion);
        }

        if (ImageChanges.IsOpinion(annotation))
        {
            return Row(annotation, actionId, act, starts, kind, classId, ImageState.Unlabelled, annotation.ClassId, image.LabelVersion);
        }

        var (previousState, previousClass) = (image.State, image.LabelClassId);
        ImageChanges.Apply(image, kind, classId, act);
        if (kind != AnnotationKind.Discard)
        {
            return Row(annotation, actionId, act, starts, kind, classId, previousState, previousClass, image.LabelVersion);
        }

        image.DiscardReason = reason;
        return Row(annotation, actionId, act, starts, kind, classId, previousState, previousClass, image.LabelVersion, reason);
    }

    /// <summary>A row that changes nothing: nobody restores an image that has a label.</summary>
    private static Annotation Mark(Annotation annotation, Guid actionId, DecisionAct act) => Row(
        annotation, actionId, act, true, AnnotationKind.Restore, null, ImageState.Labelled, null, annotation.LabelVersion);

    private static bool IsMark(Annotation annotation) =>
        annotation is { Origin: AnnotationOrigin.Undo, Kind: AnnotationKind.Restore, PreviousState: ImageState.Labelled };

    private static Annotation Row(
        Annotation annotation,
        Guid actionId,
        DecisionAct act,
        bool starts,
        AnnotationKind kind,
        Guid? classId,
        ImageState previousState,
        Guid? previousClass,
        int labelVersion,
        string? discardReason = null) => new()
        {
            ProjectId = annotation.ProjectId,
            ImageId = annotation.ImageId,
            DecisionId = Guid.CreateVersion7(),
            ActionId = act.ActionId!.Value,
            StartsAction = starts,
            RevertsActionId = actionId,
            Kind = kind,
            ClassId = classId,
            PreviousClassId = previousClass,
            PreviousState = previousState,
            UserId = act.UserId,
            CreatedUtc = act.AtUtc,
            Origin = AnnotationOrigin.Undo,
            OntologyVersion = act.OntologyVersion,
            DiscardReason = discardReason,
            LabelVersion = labelVersion,
        };

    private static UndoResult? Result(
        ActionStart action, bool redo, List<Annotation> annotations, List<Annotation> reverted, Dictionary<long, ImageRecord> images)
    {
        var shown = (reverted.Count > 0 ? reverted : annotations).Find(annotation => images.ContainsKey(annotation.ImageId));
        if (shown is null)
        {
            return null;
        }

        var (kind, classId) = redo ? ImageChanges.Opposite(shown) : (action.Kind, action.ClassId);
        var left = annotations.Count - reverted.Count;
        var message = left == 0 ? null
            : annotations.Count == 1 ? "Somebody decided upon this image since: that decision was kept."
            : $"{left} of {annotations.Count} images were decided upon by somebody since: those were kept.";
        var task = LabellingTasks.Of(images[shown.ImageId]);
        if (reverted.Exists(annotation => annotation.ImageId == shown.ImageId)
            && reverted.TrueForAll(annotation => annotation.ImageId != shown.ImageId || ImageChanges.IsOpinion(annotation)))
        {
            // As it was when the person was asked: a hidden check does not show its answer, but the person's vote that the one taken back was built on.
            var earlier = !redo && shown.Kind == AnnotationKind.Vote ? ImageChanges.Opposite(shown).ClassId : null;
            task = task with { State = earlier is null ? ImageState.Unlabelled : ImageState.Labelled, ClassId = earlier };
        }

        return new UndoResult(task, kind, classId, reverted.Count, message);
    }
}
