using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>The pictures that explain the classes to whoever labels.</summary>
public sealed class ClassExamples(
    IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, ChangeSignals signals, TimeProvider clock)
{
    /// <summary>More is not looked at while labelling.</summary>
    public const int MostOfAClass = 8;

    /// <summary>
    /// Those chosen, in the order they were chosen; for classes without any, the first and the latest labelled image of training,
    /// such as show nothing else where there are any.
    /// </summary>
    public async Task<IReadOnlyList<ClassExampleInfo>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // A hidden check that explains a class would give its answer away.
        var hidden = (await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken)).ImageIds.ToArray();
        var chosen = await (
            from example in db.Set<ClassExample>().AsNoTracking()
            join image in db.Images on example.ImageId equals image.Id
            where image.ProjectId == projectId && !EF.Parameter(hidden).Contains(image.Id)
            orderby example.AddedUtc, example.ImageId
            select new ClassExampleInfo(example.ClassId, image.Id, image.Sha256, image.FileName, example.IsCounterExample, true))
            .ToListAsync(cancellationToken);
        var explained = chosen.Where(example => !example.IsCounterExample).Select(example => example.ClassId).ToHashSet();
        var ends = await db.Images.AsNoTracking()
            .Where(image => image.ProjectId == projectId && image.LabelClassId != null && image.Split == Split.Train
                && !EF.Parameter(hidden).Contains(image.Id))
            .GroupBy(image => image.LabelClassId)
            .Select(group => new { First = group.Min(image => image.Id), Last = group.Max(image => image.Id) })
            .ToListAsync(cancellationToken);
        var ids = ends.SelectMany(end => new[] { end.First, end.Last }).Distinct().ToArray();
        var standIns = await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(ids).Contains(image.Id))
            .OrderBy(image => image.Id)
            .Select(image => new ClassExampleInfo(image.LabelClassId!.Value, image.Id, image.Sha256, image.FileName, false, false))
            .ToListAsync(cancellationToken);
        var members = await Combinations.MembersAsync(db, projectId, cancellationToken);
        return [.. chosen, .. WithOthers(standIns, members).Where(example => !explained.Contains(example.ClassId))];
    }

    /// <summary>A class that no image shows alone is explained by images that show it with others.</summary>
    private static IEnumerable<ClassExampleInfo> WithOthers(List<ClassExampleInfo> ofLabels, List<CombinationMember> members)
    {
        var alone = ofLabels.Select(example => example.ClassId).ToHashSet();
        var withOthers = members.Where(member => !alone.Contains(member.ClassId))
            .Join(ofLabels, member => member.CombinationId, example => example.ClassId, (member, example) => example with { ClassId = member.ClassId })
            .GroupBy(example => example.ClassId, (_, examples) => examples.OrderBy(example => example.ImageId).ToList())
            .SelectMany(examples => new[] { examples[0], examples[^1] }.Distinct());
        return ofLabels.Concat(withOthers);
    }

    /// <summary>Chooses an image to explain a class, or changes which way it does.</summary>
    public async Task AddAsync(
        Guid userId, Guid projectId, Guid classId, long imageId, bool isCounterExample, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (!await db.Classes.AnyAsync(item => item.Id == classId && item.ProjectId == projectId && !item.IsCombination, token)
                    || !await db.Images.AnyAsync(image => image.Id == imageId && image.ProjectId == projectId, token))
                {
                    throw new NotFoundException("The class or the image is no longer in this project. Reload the page.");
                }

                var known = await db.Set<ClassExample>().Where(example => example.ClassId == classId).ToListAsync(token);
                if (known.Find(example => example.ImageId == imageId) is { } example)
                {
                    example.IsCounterExample = isCounterExample;
                    return;
                }

                if (known.Count >= MostOfAClass)
                {
                    throw new InvalidRequestException($"The class has {MostOfAClass} example images already. Take one away first.");
                }

                db.Add(new ClassExample
                {
                    ClassId = classId,
                    ImageId = imageId,
                    IsCounterExample = isCounterExample,
                    UserId = userId,
                    AddedUtc = clock.GetUtcNow().UtcDateTime,
                });
            },
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes);
    }

    public async Task RemoveAsync(Guid userId, Guid projectId, Guid classId, long imageId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await writer.WriteAsync(
            (db, token) => db.Set<ClassExample>()
                .Where(example => example.ClassId == classId && example.ImageId == imageId
                    && db.Classes.Any(item => item.Id == classId && item.ProjectId == projectId))
                .ExecuteDeleteAsync(token),
            cancellationToken);
        signals.Publish(projectId, ChangeTopic.Classes);
    }
}
