using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>The reviewers' queue: labels of the sample that nobody has judged, and what becomes of them.</summary>
public sealed class LabelChecks(
    IDbContextFactory<StudioDbContext> contexts,
    StudioWriter writer,
    ProjectAccess access,
    QualityPlans plans,
    ImageLabeller labeller,
    ImageComments comments,
    TimeProvider clock)
{
    public const int LongestReason = 500;

    /// <summary>How doubtful a label is that was given without seeing a suggestion.</summary>
    private const double WithoutSuggestion = 0.5;

    /// <summary>The next labels to judge. For those who may manage classes.</summary>
    public async Task<IReadOnlyList<CheckTask>> NextAsync(
        Guid userId, Guid projectId, CheckOrder order, int count, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var plan = await plans.GetAsync(userId, projectId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await WaitingAsync(db, plan, cancellationToken);
        if (order == CheckOrder.MostDoubtful)
        {
            var doubts = await DoubtsAsync(db, projectId, cancellationToken);
            all = all.OrderByDescending(id => doubts.GetValueOrDefault(id, WithoutSuggestion));
        }

        var waiting = all.Take(Math.Clamp(count, 1, 100)).ToArray();
        var images = await (
            from image in db.Images.AsNoTracking()
            where EF.Parameter(waiting).Contains(image.Id)
            select new CheckTask(
                image.Id,
                image.Sha256,
                image.FileName,
                image.LabelClassId!.Value,
                image.LabelVersion,
                image.LabelledBy,
                db.Users.Where(user => user.Id == image.LabelledBy).Select(user => user.DisplayName).FirstOrDefault(),
                image.LabelledUtc)).ToDictionaryAsync(task => task.ImageId, cancellationToken);
        return [.. waiting.Where(images.ContainsKey).Select(id => images[id])];
    }

    public async Task<CheckCounts> CountsAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        var plan = await plans.GetAsync(userId, projectId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var judged = await db.Set<LabelCheck>().AsNoTracking()
            .Where(check => check.ProjectId == projectId)
            .GroupBy(check => check.Verdict)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, cancellationToken);
        return new(
            (await WaitingAsync(db, plan, cancellationToken)).Count(),
            judged.GetValueOrDefault(CheckVerdict.Accepted),
            judged.GetValueOrDefault(CheckVerdict.Rejected),
            judged.GetValueOrDefault(CheckVerdict.Relabelled));
    }

    /// <param name="classId">For <see cref="CheckVerdict.Relabelled"/>: the right class.</param>
    /// <param name="reason">For <see cref="CheckVerdict.Rejected"/>: what the annotators should know; it becomes a comment.</param>
    /// <exception cref="ConflictException">The label was changed meanwhile; nothing was saved.</exception>
    public Task JudgeAsync(
        Guid userId, Guid projectId, CheckTask task, CheckVerdict verdict, Guid? classId, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        return JudgeAsync(userId, projectId, task, verdict, [classId ?? task.ClassId], reason, cancellationToken);
    }

    /// <summary>Gives the image its right label: the classes that it shows, where the project's images may have several.</summary>
    /// <exception cref="ConflictException">The label was changed meanwhile; nothing was saved.</exception>
    public Task RelabelAsync(Guid userId, Guid projectId, CheckTask task, IReadOnlyList<Guid> classIds, string? reason, CancellationToken cancellationToken) =>
        JudgeAsync(userId, projectId, task, CheckVerdict.Relabelled, classIds, reason, cancellationToken);

    private async Task JudgeAsync(
        Guid userId, Guid projectId, CheckTask task, CheckVerdict verdict, IReadOnlyList<Guid> classIds, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var why = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (why?.Length > LongestReason)
        {
            throw new InvalidRequestException($"A reason has at most {LongestReason} characters. Shorten it.");
        }

        var kind = verdict == CheckVerdict.Rejected ? AnnotationKind.Clear : AnnotationKind.Label;
        var decision = new Decision(Guid.CreateVersion7(), task.ImageId, kind, ExpectedVersion: task.LabelVersion)
        {
            ClassIds = kind == AnnotationKind.Clear ? null : classIds,
        };
        var version = verdict == CheckVerdict.Accepted
            ? task.LabelVersion
            : await labeller.OverruleAsync(userId, projectId, decision, AnnotationOrigin.Corrected, cancellationToken);
        if (verdict == CheckVerdict.Rejected && why is not null)
        {
            await comments.AddAsync(userId, task.ImageId, $"Rejected: {why}", cancellationToken);
        }

        await writer.WriteAsync(
            async (db, token) =>
            {
                if (!await db.Images.AnyAsync(image => image.Id == task.ImageId && image.ProjectId == projectId && image.LabelVersion == version, token))
                {
                    throw new ConflictException("The label was changed meanwhile: nothing was saved. Look at the image again.");
                }

                db.Add(new LabelCheck
                {
                    ProjectId = projectId,
                    ImageId = task.ImageId,
                    ClassId = task.ClassId,
                    LabelVersion = version,
                    Verdict = verdict,
                    Reason = why,
                    LabelledBy = task.LabelledBy,
                    ReviewerId = userId,
                    AtUtc = clock.GetUtcNow().UtcDateTime,
                });
            },
            cancellationToken);
    }

    /// <summary>
    /// By image, for labels given beside a suggestion: 1 and its probability where it was rejected, what it lacks to
    /// certainty where it was taken. So the surest contradictions come first.
    /// </summary>
    private static async Task<Dictionary<long, double>> DoubtsAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken)
    {
        var given = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.Kind == AnnotationKind.Label && annotation.SuggestedProbability != null
            join image in db.Images on annotation.ImageId equals image.Id
            where image.LabelVersion == annotation.LabelVersion
            orderby annotation.Id
            select new { annotation.ImageId, annotation.Origin, Probability = annotation.SuggestedProbability!.Value }).ToListAsync(cancellationToken);
        return given.GroupBy(row => row.ImageId).ToDictionary(rows => rows.Key, rows => rows.Last() is { Origin: AnnotationOrigin.Corrected } corrected
            ? 1 + corrected.Probability
            : 1 - rows.Last().Probability);
    }

    /// <summary>Whether an image is of the sample is told by its hash, which the database cannot compute: ids and hashes are read, a few bytes each.</summary>
    private static async Task<IEnumerable<long>> WaitingAsync(StudioDbContext db, QualityPlan plan, CancellationToken cancellationToken)
    {
        var unjudged = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == plan.ProjectId && image.State == ImageState.Labelled
                && !db.Set<LabelCheck>().Any(check => check.ImageId == image.Id && check.LabelVersion == image.LabelVersion))
            .OrderBy(image => image.LabelledUtc).ThenBy(image => image.Id)
            .Select(image => new { image.Id, image.Sha256 })
            .ToListAsync(cancellationToken);
        return unjudged.Where(image => plan.IsSampledForReview(image.Sha256)).Select(image => image.Id);
    }
}
