using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// The votes on some images: of the overlap, where enough votes make a label, and of the known images, where they only
/// count for the person. A person has one vote on an image, the last one.
/// </summary>
internal sealed class VoteRound(
    QualityPlan plan,
    VoterStanding standing,
    IReadOnlySet<long> known,
    IReadOnlyDictionary<(long ImageId, Guid UserId), Guid?> answers,
    Dictionary<long, Dictionary<Guid, Guid>> votes)
{
    public static async Task<VoteRound> ReadAsync(
        StudioDbContext db,
        QualityPlan plan,
        VoterStanding standing,
        IReadOnlyCollection<ImageRecord> images,
        CancellationToken cancellationToken)
    {
        var ids = images.Select(image => image.Id).ToArray();
        var known = plan.HasChecks && standing == VoterStanding.Annotator
            ? await db.Set<KnownImage>().Where(item => EF.Parameter(ids).Contains(item.ImageId)).Select(item => item.ImageId).ToHashSetAsync(cancellationToken)
            : [];
        var answers = known.Count == 0 ? [] : await AnswersAsync(db, [.. known], cancellationToken);
        var overlapping = images.Where(image => standing != VoterStanding.Overrules && plan.Overlaps(image.Sha256)).Select(image => image.Id).ToArray();
        return new(plan, standing, known, answers, overlapping.Length == 0 ? [] : await VotesAsync(db.Annotations.Where(
            annotation => EF.Parameter(overlapping).Contains(annotation.ImageId)), cancellationToken));
    }

    /// <summary>Who gave which image which class, of the annotations asked for.</summary>
    public static async Task<Dictionary<long, Dictionary<Guid, Guid>>> VotesAsync(
        IQueryable<Annotation> annotations, CancellationToken cancellationToken)
    {
        var rows = await annotations.AsNoTracking()
            .Where(annotation => annotation.Kind == AnnotationKind.Vote || annotation.Kind == AnnotationKind.Clear)
            .OrderBy(annotation => annotation.Id)
            .Select(annotation => new { annotation.ImageId, annotation.UserId, annotation.Kind, annotation.ClassId })
            .ToListAsync(cancellationToken);
        var votes = new Dictionary<long, Dictionary<Guid, Guid>>();
        foreach (var row in rows)
        {
            var ofImage = votes.TryGetValue(row.ImageId, out var found) ? found : votes[row.ImageId] = [];
            if (row is { Kind: AnnotationKind.Vote, ClassId: { } classId })
            {
                ofImage[row.UserId] = classId;
            }
            else
            {
                ofImage.Remove(row.UserId);
            }
        }

        return votes;
    }

    /// <summary>What each person last answered to the known images; no class: they discarded it.</summary>
    private static async Task<Dictionary<(long ImageId, Guid UserId), Guid?>> AnswersAsync(
        StudioDbContext db, long[] known, CancellationToken cancellationToken)
    {
        var rows = await db.Annotations.AsNoTracking()
            .Where(annotation => EF.Parameter(known).Contains(annotation.ImageId)
                && (annotation.Kind == AnnotationKind.Vote || annotation.Kind == AnnotationKind.Clear))
            .OrderByDescending(annotation => annotation.Id)
            .Select(annotation => new { annotation.ImageId, annotation.UserId, annotation.Kind, annotation.ClassId })
            .ToListAsync(cancellationToken);
        return rows.DistinctBy(row => (row.ImageId, row.UserId))
            .Where(row => row.Kind == AnnotationKind.Vote)
            .ToDictionary(row => (row.ImageId, row.UserId), row => row.ClassId);
    }

    /// <summary>What people have said so far.</summary>
    public IEnumerable<Guid> Labels => answers.Values.OfType<Guid>().Concat(votes.Values.SelectMany(ofImage => ofImage.Values));

    public bool IsKnown(ImageRecord image) => known.Contains(image.Id);

    /// <summary>The image is a known one that the person sees as discarded.</summary>
    public bool HasDiscarded(ImageRecord image, Guid userId) => answers.TryGetValue((image.Id, userId), out var classId) && classId is null;

    /// <summary>The class that the person gave a known image; null: none.</summary>
    public Guid? AnswerOf(ImageRecord image, Guid userId) => answers.GetValueOrDefault((image.Id, userId));

    /// <summary>What the person decides about this image is a vote.</summary>
    public bool Takes(ImageRecord image) => IsKnown(image)
        || (standing != VoterStanding.Overrules && image.State == ImageState.Unlabelled && plan.Overlaps(image.Sha256));

    /// <summary>The class the person has voted for; null: none, or the image is no longer voted on.</summary>
    public Guid? VoteOf(ImageRecord image, Guid userId) =>
        votes.TryGetValue(image.Id, out var ofImage) && ofImage.TryGetValue(userId, out var classId) ? classId : null;

    /// <returns>The class that the votes have decided upon; null: none yet, or somebody has to adjudicate.</returns>
    public Guid? Cast(ImageRecord image, Guid userId, Guid classId)
    {
        if (IsKnown(image))
        {
            return null;
        }

        var ofImage = votes.TryGetValue(image.Id, out var found) ? found : votes[image.Id] = [];
        ofImage[userId] = classId;
        return ofImage.Count < plan.OverlapAnnotators ? null : Decide(ofImage.Values);
    }

    public bool Withdraw(ImageRecord image, Guid userId) =>
        IsKnown(image) || (votes.TryGetValue(image.Id, out var ofImage) && ofImage.Remove(userId));

    private Guid? Decide(Dictionary<Guid, Guid>.ValueCollection classes)
    {
        var (classId, count) = classes.CountBy(id => id).MaxBy(pair => pair.Value);
        return count == classes.Count || (plan.MajorityDecides && count * 2 > classes.Count) ? classId : null;
    }
}
