using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Images on which the votes are all there and do not decide.</summary>
public sealed class Adjudication(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, QualityPlans plans, ImageLabeller labeller)
{
    /// <summary>For those who may manage classes; the most divided images first.</summary>
    public async Task<IReadOnlyList<DividedImage>> ListAsync(Guid userId, Guid projectId, int count, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        var plan = await plans.GetAsync(userId, projectId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var open = db.Annotations.Where(annotation => annotation.ProjectId == projectId
            && db.Images.Any(image => image.Id == annotation.ImageId && image.State == ImageState.Unlabelled));
        var divided = (await VoteRound.VotesAsync(open, cancellationToken))
            .Where(image => image.Value.Count >= Math.Max(2, plan.OverlapAnnotators))
            .OrderByDescending(image => image.Value.Values.Distinct().Count()).ThenBy(image => image.Key)
            .Take(Math.Clamp(count, 1, 200))
            .ToDictionary();
        var (ids, people) = (divided.Keys.ToArray(), divided.Values.SelectMany(votes => votes.Keys).Distinct().ToArray());
        var names = await db.Users.AsNoTracking().Where(user => EF.Parameter(people).Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellationToken);
        var images = await db.Images.AsNoTracking().Where(image => EF.Parameter(ids).Contains(image.Id))
            .Select(image => new { image.Id, image.Sha256, image.FileName, image.LabelVersion })
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        return
        [
            .. ids.Where(images.ContainsKey).Select(id => new DividedImage(
                id,
                images[id].Sha256,
                images[id].FileName,
                images[id].LabelVersion,
                [.. divided[id].Select(vote => new ImageVote(names.GetValueOrDefault(vote.Key, "somebody who left"), vote.Value))])),
        ];
    }

    /// <summary>Gives the image its label, whatever the votes.</summary>
    public Task DecideAsync(Guid userId, Guid projectId, DividedImage image, Guid classId, CancellationToken cancellationToken) =>
        DecideAsync(userId, projectId, image, [classId], cancellationToken);

    /// <summary>The same with several classes, or none, where the project's images may have them.</summary>
    public Task DecideAsync(
        Guid userId, Guid projectId, DividedImage image, IReadOnlyList<Guid> classIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        var decision = new Decision(Guid.CreateVersion7(), image.ImageId, AnnotationKind.Label, ExpectedVersion: image.LabelVersion) { ClassIds = classIds };
        return labeller.OverruleAsync(userId, projectId, decision, AnnotationOrigin.Adjudicated, cancellationToken);
    }
}
