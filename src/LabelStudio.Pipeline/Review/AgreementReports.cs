using LabelStudio.Learning.Agreement;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Measures how far people agree, from the annotations there are.</summary>
public sealed class AgreementReports(IDbContextFactory<StudioDbContext> contexts, ProjectAccess access)
{
    public async Task<AgreementReport> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var takesSeveral = await db.TakesSeveralClassesAsync(projectId, cancellationToken);
        var combinations = await Combinations.ReadAsync(db, projectId, cancellationToken);
        var classes = combinations.Classes;
        var images = (await AnnotatorVotes.ReadAsync(db, projectId, cancellationToken))
            .GroupBy(vote => vote.Key.ImageId)
            .Where(votes => votes.Skip(1).Any())
            .Select(votes => (ImageId: votes.Key, ByUser: votes.ToDictionary(vote => vote.Key.UserId, vote => MergedClasses.Resolve(classes, vote.Value))))
            .OrderBy(image => image.ImageId)
            .ToArray();
        var annotators = await AnnotatorsAsync(db, images.SelectMany(image => image.ByUser.Keys), cancellationToken);
        var used = images.SelectMany(image => image.ByUser.Values).ToHashSet();
        AgreementClass[] reported = [.. classes.Where(item => used.Contains(item.Id)).OrderBy(item => item.Position).Select(item => new AgreementClass(item.Id, item.Name))];
        var indices = reported.Select((item, index) => (item.Id, index)).ToDictionary(item => item.Id, item => item.index);
        int?[][] labels =
        [
            .. annotators.Select(person => images
                .Select(image => image.ByUser.TryGetValue(person.UserId, out var classId) ? indices[classId] : (int?)null)
                .ToArray()),
        ];
        var differing = images.Where(image => image.ByUser.Values.Distinct().Skip(1).Any())
            .OrderByDescending(image => image.ByUser.Values.Distinct().Count())
            .ToArray();
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        var shown = differing.Where(image => !hidden.Hide(image.ImageId)).Take(AgreementReport.MostDisagreements)
            .ToDictionary(image => image.ImageId, image => annotators.Select(person => image.ByUser.TryGetValue(person.UserId, out var classId) ? classId : (Guid?)null).ToArray());
        return new(
            annotators,
            reported,
            AnnotatorAgreement.Of(labels, reported.Length),
            await DisagreementsAsync(db, shown, cancellationToken),
            differing.Length)
        {
            ByClass = takesSeveral ? ClassByClass(combinations, annotators, [.. images.Select(image => image.ByUser)]) : null,
        };
    }

    private static List<ClassAgreement> ClassByClass(
        Combinations combinations, IReadOnlyList<AgreementAnnotator> annotators, Dictionary<Guid, Guid>[] images)
    {
        var given = images.SelectMany(labels => labels.Values).Distinct().ToDictionary(id => id, id => combinations.PresentMembersOf(id).ToHashSet());
        var used = given.Values.SelectMany(ids => ids).ToHashSet();
        return
        [
            .. combinations.Classes.Where(item => used.Contains(item.Id)).OrderBy(item => item.Position).Select(item => new ClassAgreement(
                new AgreementClass(item.Id, item.Name),
                images.Count(labels => labels.Values.Any(label => given[label].Contains(item.Id))),
                AnnotatorAgreement.Of(
                    [
                        .. annotators.Select(person => images
                            .Select(labels => labels.TryGetValue(person.UserId, out var label) ? (given[label].Contains(item.Id) ? 1 : 0) : (int?)null)
                            .ToArray()),
                    ],
                    classes: 2))),
        ];
    }

    private static async Task<IReadOnlyList<AgreementAnnotator>> AnnotatorsAsync(
        StudioDbContext db, IEnumerable<Guid> voters, CancellationToken cancellationToken)
    {
        var counts = voters.CountBy(id => id).ToDictionary();
        Guid[] ids = [.. counts.Keys];
        var names = await db.Users.AsNoTracking().Where(user => EF.Parameter(ids).Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellationToken);
        return
        [
            .. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key)
                .Select(count => new AgreementAnnotator(count.Key, names.GetValueOrDefault(count.Key, "somebody who left"), count.Value)),
        ];
    }

    private static async Task<IReadOnlyList<Disagreement>> DisagreementsAsync(
        StudioDbContext db, Dictionary<long, Guid?[]> votes, CancellationToken cancellationToken)
    {
        long[] ids = [.. votes.Keys];
        var images = await db.Images.AsNoTracking().Where(image => EF.Parameter(ids).Contains(image.Id))
            .Select(image => new { image.Id, image.Sha256, image.FileName })
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        return [.. ids.Where(images.ContainsKey).Select(id => new Disagreement(id, images[id].Sha256, images[id].FileName, votes[id]))];
    }
}
