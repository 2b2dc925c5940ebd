using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// The labels that a person must not see: those of the hidden checks, while the project asks people about them. Who may not
/// know the checks sees each as if nobody else had ever decided upon it. Whatever shows labels image by image asks here.
/// </summary>
internal sealed class HiddenLabels
{
    private static readonly HiddenLabels None = new([], []);
    private readonly Dictionary<long, Answer> _answers;
    private readonly HashSet<(Guid CombinationId, Guid ClassId)> _members;

    private HiddenLabels(Dictionary<long, Answer> answers, HashSet<(Guid CombinationId, Guid ClassId)> members) =>
        (_answers, _members) = (answers, members);

    /// <summary>Images whose label is hidden; few, as somebody chose each of them.</summary>
    public IReadOnlyCollection<long> ImageIds => _answers.Keys;

    /// <summary>Read by SQL text, because a stage must not know the later stages' types.</summary>
    public static async Task<HiddenLabels> ReadAsync(
        StudioDbContext db, ProjectAccess access, Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        // Who manages classes chooses the checks.
        if (await access.AllowsAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken))
        {
            return None;
        }

        var answers = await db.Database.SqlQuery<Answer>(
            $"""
            SELECT known."ImageId", answer."ClassId", answer."Kind", answer."CreatedUtc"
            FROM "KnownImages" known
            JOIN "QualityPlans" quality ON quality."ProjectId" = known."ProjectId" AND quality."KnownPercent" > 0
            LEFT JOIN "Annotations" answer ON answer."Id" = (
                SELECT MAX(own."Id") FROM "Annotations" own
                WHERE own."ImageId" = known."ImageId" AND own."UserId" = {userId} AND own."Kind" IN ('Vote', 'Clear'))
            WHERE known."ProjectId" = {projectId}
            """).ToListAsync(cancellationToken);
        if (answers.Count == 0)
        {
            return None;
        }

        var labels = answers.Select(answer => answer.SeenClassId).OfType<Guid>().Distinct().ToArray();
        var members = labels.Length == 0 ? [] : await db.Set<CombinationMember>().AsNoTracking()
            .Where(member => EF.Parameter(labels).Contains(member.CombinationId))
            .ToListAsync(cancellationToken);
        return new(answers.ToDictionary(answer => answer.ImageId), [.. members.Select(member => (member.CombinationId, member.ClassId))]);
    }

    public bool Hide(long imageId) => _answers.ContainsKey(imageId);

    /// <summary>The label as the person may see it: where it is hidden, their own answer.</summary>
    public (ImageState State, Guid? ClassId) Seen(long imageId, ImageState state, Guid? classId) =>
        _answers.TryGetValue(imageId, out var answer) ? (answer.State, answer.SeenClassId) : (state, classId);

    /// <summary>When the person answered; null: not yet.</summary>
    public DateTime? AnsweredUtc(long imageId) =>
        _answers.TryGetValue(imageId, out var answer) && answer.State != ImageState.Unlabelled ? answer.CreatedUtc : null;

    /// <summary>The images with a hidden label that a filter finds by what the person may see of them.</summary>
    public long[] Matching(ImageFilter filter, Guid userId) =>
    [
        .. _answers.Values.Where(answer => (filter.ClassId is null || HasClass(answer.SeenClassId, filter.ClassId.Value))
                && (filter.State is null || filter.State == answer.State)
                && (filter.LabelledBy is null || (filter.LabelledBy == userId && answer.State != ImageState.Unlabelled))
                && (filter.LabelledFrom is null || AnsweredUtc(answer.ImageId) >= filter.LabelledFrom)
                && (filter.LabelledUntil is null || AnsweredUtc(answer.ImageId) < filter.LabelledUntil)
                && filter.LabelledBefore is null
                && string.IsNullOrWhiteSpace(filter.DiscardReason))
            .Select(answer => answer.ImageId),
    ];

    private bool HasClass(Guid? labelId, Guid classId) =>
        labelId is { } label && (label == classId || _members.Contains((label, classId)));

    private sealed record Answer(long ImageId, Guid? ClassId, string? Kind, DateTime? CreatedUtc)
    {
        public Guid? SeenClassId => Kind == "Vote" ? ClassId : null;

        public ImageState State => Kind != "Vote" ? ImageState.Unlabelled : ClassId is null ? ImageState.Discarded : ImageState.Labelled;
    }
}
