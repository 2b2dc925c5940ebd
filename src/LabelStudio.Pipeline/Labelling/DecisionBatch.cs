using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// Decides what decisions do to images that were read before: no database, so that every rule can be seen in one place.
/// Images are changed in place; annotations and results are gathered.
/// </summary>
/// <param name="decidedSince">Images decided upon since the person chose them; of those asked about without a version.</param>
internal sealed class DecisionBatch(
    IReadOnlyDictionary<long, ImageRecord> images,
    IReadOnlyDictionary<Guid, Annotation> saved,
    ProjectLabels labels,
    VoteRound round,
    IReadOnlySet<long> decidedSince,
    DecisionAct act)
{
    private readonly HashSet<Guid> _inThisBatch = [];

    public List<Annotation> Annotations { get; } = [];

    /// <summary>The images that decisions were saved for.</summary>
    public IEnumerable<ImageRecord> Changed => Annotations.Select(annotation => annotation.ImageId).Distinct().Select(id => images[id]);

    public DecisionResult Decide(Decision decision)
    {
        if (!images.TryGetValue(decision.ImageId, out var image))
        {
            return Result(decision, DecisionOutcome.Refused, null, "This image was deleted, so nothing was saved.");
        }

        if (saved.TryGetValue(decision.Id, out var earlier))
        {
            return earlier.UserId == act.UserId && earlier.ImageId == decision.ImageId
                ? Result(decision, DecisionOutcome.AlreadySaved, image, null)
                : Result(decision, DecisionOutcome.Refused, image, "Another decision was sent under the same id, so nothing was saved.");
        }

        if (!_inThisBatch.Add(decision.Id))
        {
            return Result(decision, DecisionOutcome.AlreadySaved, image, null);
        }

        if (decision.Kind == AnnotationKind.Label)
        {
            return GiveClasses(decision, image);
        }

        return ImageChanges.IsAboutLabel(decision.Kind)
            ? DecideLabel(decision, image, null)
            : Save(decision, image, null);
    }

    private DecisionResult GiveClasses(Decision decision, ImageRecord image)
    {
        var present = Present(image);
        var label = labels.Asked(decision, present, act, out var problem);
        if (problem is not null)
        {
            return Result(decision, DecisionOutcome.Refused, image, problem);
        }

        // Of many images some have the class that is added already, or lack the one that is taken away.
        return decision.Change != SetChange.Replace && label == present ? Result(decision, DecisionOutcome.AlreadySaved, image, null) with { ClassId = present }
            : label is null ? DecideLabel(decision with { Kind = AnnotationKind.Clear }, image, null)
            : DecideLabel(decision, image, label);
    }

    /// <summary>The label as the person sees it: where people vote, their own.</summary>
    private Guid? Present(ImageRecord image) => round.IsKnown(image) ? SeenClass(image)
        : round.Takes(image) ? round.VoteOf(image, act.UserId)
        : image.LabelClassId;

    private DecisionResult DecideLabel(Decision decision, ImageRecord image, Guid? classId)
    {
        // A reason for a check that was discarded already: as with any other image, no act of its own.
        if (ReasonOf(decision) is not null && round.IsKnown(image) && HasDiscarded(image))
        {
            return Result(decision, DecisionOutcome.Saved, image, null) with { ClassId = null };
        }

        if (round.Takes(image) && Opinion(decision, image, classId) is { } opinion)
        {
            return opinion;
        }

        if (image.State == ImageState.Discarded && ReasonOf(decision) is { } reason)
        {
            return Explain(decision, image, reason);
        }

        if (IsOvertaken(decision, image))
        {
            return IsAlready(decision.Kind, image, classId)
                ? Result(decision, DecisionOutcome.AlreadySaved, image, null)
                : Result(decision, DecisionOutcome.Conflict, image, "Somebody decided upon this image meanwhile. Choose which decision holds.");
        }

        // Taking back what is not there leaves no trace; giving the same label again is a confirmation and does.
        return decision.Kind != AnnotationKind.Label && IsAlready(decision.Kind, image, classId)
            ? Result(decision, DecisionOutcome.AlreadySaved, image, null)
            : Save(decision, image, classId);
    }

    private bool HasDiscarded(ImageRecord image) =>
        Annotations.FindLast(annotation => annotation.ImageId == image.Id && annotation.Kind is AnnotationKind.Vote or AnnotationKind.Clear) is { } last
            ? last is { Kind: AnnotationKind.Vote, ClassId: null }
            : round.HasDiscarded(image, act.UserId);

    /// <summary>
    /// A vote never meets a conflict, as each person has their own; the answer says nothing of what others think.
    /// Null: taking back what was not given.
    /// </summary>
    private DecisionResult? Opinion(Decision decision, ImageRecord image, Guid? classId)
    {
        var withdraws = decision.Kind is AnnotationKind.Clear or AnnotationKind.Restore;
        // Who adds and takes away classes builds on their own vote: taking that back leaves what it was built on.
        var (state, earlier) = labels.TakesSeveral ? (ImageState.Unlabelled, Present(image)) : (image.State, round.VoteOf(image, act.UserId));
        if (!round.IsKnown(image) && (withdraws ? !round.Withdraw(image, act.UserId) : classId is null))
        {
            return null;
        }

        var origin = act.Origin ?? OriginOf(decision, classId);
        if (withdraws)
        {
            Annotate(decision, image, AnnotationKind.Clear, null, ImageState.Unlabelled, earlier, origin);
            return Result(decision, DecisionOutcome.Saved, image, null) with { ClassId = null };
        }

        Annotate(decision, image, AnnotationKind.Vote, classId, state, labels.TakesSeveral ? earlier : image.LabelClassId, origin);
        if (classId is { } vote && round.Cast(image, act.UserId, vote) is { } decided)
        {
            ImageChanges.Apply(image, AnnotationKind.Label, decided, act);
            Annotate(
                new Decision(Guid.CreateVersion7(), image.Id, AnnotationKind.Label, decided), image, AnnotationKind.Label, decided, ImageState.Unlabelled, null, AnnotationOrigin.Majority, act.ActionId ?? decision.Id);
        }

        return Result(decision, DecisionOutcome.Saved, image, null) with { ClassId = classId };
    }

    /// <summary>A reason for what is done already: no act of its own that an undo would stop at, and no newer label.</summary>
    private DecisionResult Explain(Decision decision, ImageRecord image, string reason)
    {
        image.DiscardReason = reason;
        Annotate(
            decision, image, AnnotationKind.Discard, null, ImageState.Discarded, null, act.Origin ?? AnnotationOrigin.Manual, act.ActionId ?? decision.Id);
        return Result(decision, DecisionOutcome.Saved, image, null);
    }

    private DecisionResult Save(Decision decision, ImageRecord image, Guid? classId)
    {
        var (previousState, previousClass) = (image.State, image.LabelClassId);
        ImageChanges.Apply(image, decision.Kind, classId, act);
        image.DiscardReason = ReasonOf(decision) ?? image.DiscardReason;
        Annotate(decision, image, decision.Kind, classId, previousState, previousClass, act.Origin ?? OriginOf(decision, classId));
        return Result(decision, DecisionOutcome.Saved, image, null);
    }

    /// <param name="partOf">The action this belongs to; null: by what was asked for.</param>
    private void Annotate(
        Decision decision,
        ImageRecord image,
        AnnotationKind kind,
        Guid? classId,
        ImageState previousState,
        Guid? previousClass,
        AnnotationOrigin origin,
        Guid? partOf = null) => Annotations.Add(new Annotation
        {
            ProjectId = image.ProjectId,
            ImageId = image.Id,
            DecisionId = decision.Id,
            ActionId = partOf ?? act.ActionId ?? decision.Id,
            StartsAction = partOf is null && (act.ActionId is null || (act.StartsAction && Annotations.Count == 0)),
            Kind = kind,
            ClassId = classId,
            PreviousClassId = previousClass,
            PreviousState = previousState,
            UserId = act.UserId,
            CreatedUtc = act.AtUtc,
            Origin = origin,
            SuggestedClassId = decision.SuggestedClassId,
            SuggestedProbability = decision.SuggestedProbability,
            SuggestionSource = Shortened(decision.SuggestionSource, 100),
            DiscardReason = kind == AnnotationKind.Discard ? ReasonOf(decision) : null,
            LeadTimeMs = decision.LeadTimeMs,
            OntologyVersion = act.OntologyVersion,
            LabelVersion = image.LabelVersion,
        });

    private bool IsOvertaken(Decision decision, ImageRecord image) =>
        (decision.ExpectedVersion is { } expected ? expected != image.LabelVersion : decidedSince.Contains(image.Id))
        || (decision.OnlyUnlabelled && image.State != ImageState.Unlabelled);

    private static bool IsAlready(AnnotationKind kind, ImageRecord image, Guid? classId) => kind switch
    {
        AnnotationKind.Label => image.State == ImageState.Labelled && image.LabelClassId == classId,
        AnnotationKind.Clear => image.State == ImageState.Unlabelled,
        AnnotationKind.Discard => image.State == ImageState.Discarded,
        AnnotationKind.Restore => image.State != ImageState.Discarded,
        AnnotationKind.Skip or AnnotationKind.Flag or AnnotationKind.Unflag or AnnotationKind.Vote => false,
    };

    private static AnnotationOrigin OriginOf(Decision decision, Guid? classId) =>
        decision.SuggestedClassId is not { } suggested || classId is null ? AnnotationOrigin.Manual
        : suggested == classId ? AnnotationOrigin.Accepted
        : AnnotationOrigin.Corrected;

    private static string? ReasonOf(Decision decision) =>
        decision.Kind == AnnotationKind.Discard && decision.DiscardReason?.Trim() is { Length: > 0 } reason ? Shortened(reason, ImageRecord.LongestReason) : null;

    private static string? Shortened(string? text, int longest) => text?.Length > longest ? text[..longest] : text;

    private DecisionResult Result(Decision decision, DecisionOutcome outcome, ImageRecord? image, string? message) =>
        new(decision.Id, decision.ImageId, outcome, image?.LabelVersion ?? 0, SeenClass(image), message, null);

    /// <summary>Of a hidden check only what the person said themselves: flagging it, or sending an answer twice, must not tell the right one.</summary>
    private Guid? SeenClass(ImageRecord? image) => image is null ? null
        : !round.IsKnown(image) ? image.LabelClassId
        : Annotations.FindLast(annotation => annotation.ImageId == image.Id && annotation.Kind is AnnotationKind.Vote or AnnotationKind.Clear) is { } last ? last.ClassId
        : round.AnswerOf(image, act.UserId);
}
