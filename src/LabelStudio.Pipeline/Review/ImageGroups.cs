using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Serving;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>Puts images of the grid together under headings.</summary>
public sealed class ImageGroups(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    ImageClusters clusters,
    NearDuplicates duplicates,
    SuggestionService suggestions,
    QualityPlans plans)
{
    private const int ImagesAtATime = 500;

    /// <summary>A group is called after a class when so many of its labelled images show it.</summary>
    private const double Mostly = 0.6;

    /// <summary>All the images in groups, the largest first, those that belong to none last. Needs the right to view.</summary>
    /// <param name="imageIds">Images of the project, in the order they keep within a group.</param>
    public async Task<IReadOnlyList<ImageGroup>> GroupAsync(
        Guid userId, Guid projectId, IReadOnlyList<long> imageIds, ImageGrouping grouping, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(imageIds);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        return grouping switch
        {
            ImageGrouping.Class => await ByClassAsync(db, hidden, projectId, imageIds, cancellationToken),
            ImageGrouping.Suggestion => await BySuggestionAsync(db, userId, projectId, imageIds, cancellationToken),
            ImageGrouping.Cluster => await ByClusterAsync(db, hidden, projectId, imageIds, cancellationToken),
            ImageGrouping.Duplicates => await ByDuplicatesAsync(userId, projectId, imageIds, cancellationToken),
            ImageGrouping.Annotator => await ByAnnotatorAsync(db, userId, hidden, projectId, imageIds, cancellationToken),
            ImageGrouping.Batch => await ByBatchAsync(db, projectId, imageIds, cancellationToken),
        };
    }

    private static async Task<IReadOnlyList<ImageGroup>> ByClassAsync(
        StudioDbContext db, HiddenLabels hidden, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        var names = await ClassNamesAsync(db, projectId, cancellationToken);
        var labels = await LabelsAsync(db, hidden, projectId, cancellationToken);
        return Group(
            imageIds,
            id => labels.GetValueOrDefault(id) is { ClassId: { } classId } ? names.GetValueOrDefault(classId) : null,
            id => labels.GetValueOrDefault(id).State == ImageState.Discarded ? "Discarded" : "Unlabelled");
    }

    private async Task<IReadOnlyList<ImageGroup>> BySuggestionAsync(
        StudioDbContext db, Guid userId, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        await plans.DemandSuggestionsAsync(userId, projectId, cancellationToken);
        var names = await ClassNamesAsync(db, projectId, cancellationToken);
        var suggested = new Dictionary<long, string?>(imageIds.Count);
        foreach (var some in imageIds.Chunk(ImagesAtATime))
        {
            foreach (var suggestion in await suggestions.SuggestAsync(userId, projectId, some, cancellationToken))
            {
                suggested[suggestion.ImageId] = names.GetValueOrDefault(suggestion.Scores[0].ClassId);
            }
        }

        return Group(imageIds, id => suggested.GetValueOrDefault(id), _ => "Without a suggestion");
    }

    private async Task<IReadOnlyList<ImageGroup>> ByClusterAsync(
        StudioDbContext db, HiddenLabels hidden, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        var found = await clusters.OfAsync(projectId, cancellationToken);
        var combinations = await Combinations.ReadAsync(db, projectId, cancellationToken);
        var labels = await LabelsAsync(db, hidden, projectId, cancellationToken);
        var titles = found.GroupBy(pair => pair.Value.Cluster, pair => pair.Key).ToDictionary(
            cluster => cluster.Key,
            cluster => $"Look {cluster.Key + 1}{MostlyText(cluster.Select(id => labels.GetValueOrDefault(id).ClassId), combinations)}");
        var nearestFirst = imageIds.OrderBy(id => found.TryGetValue(id, out var of) ? of.Place : int.MaxValue).ToList();
        return Group(
            nearestFirst,
            id => found.TryGetValue(id, out var of) ? titles[of.Cluster] : null,
            _ => found.Count == 0 ? "Not read by the model yet" : "Joined since the grouping");
    }

    private async Task<IReadOnlyList<ImageGroup>> ByDuplicatesAsync(
        Guid userId, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        var report = await duplicates.FindAsync(userId, projectId, again: false, progress: null, cancellationToken);
        var sets = report.Sets.SelectMany((set, number) => set.Images.Select(image => (image.ImageId, Title: $"Set {number + 1}{Trouble(set)}")))
            .ToDictionary(image => image.ImageId, image => image.Title);
        return Group(imageIds, id => sets.GetValueOrDefault(id), _ => "Without a near-duplicate");

        static string Trouble(NearDuplicateSet set) => (set.CrossesSplits, set.DisagreesOnClass) switch
        {
            (true, true) => " · crosses splits, labels differ",
            (true, false) => " · crosses splits",
            (false, true) => " · labels differ",
            (false, false) => "",
        };
    }

    private static async Task<IReadOnlyList<ImageGroup>> ByAnnotatorAsync(
        StudioDbContext db, Guid askedBy, HiddenLabels hidden, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        var names = await db.Users.Select(user => new { user.Id, user.DisplayName }).ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellationToken);
        var by = await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId && image.LabelledBy != null)
            .Select(image => new { image.Id, image.LabelledBy })
            .ToDictionaryAsync(image => image.Id, image => image.LabelledBy!.Value, cancellationToken);
        foreach (var id in hidden.ImageIds)
        {
            by.Remove(id);
            if (hidden.AnsweredUtc(id) is not null)
            {
                by[id] = askedBy;
            }
        }

        return Group(imageIds, id => by.TryGetValue(id, out var userId) ? names.GetValueOrDefault(userId) : null, _ => "By nobody yet");
    }

    private static async Task<IReadOnlyList<ImageGroup>> ByBatchAsync(
        StudioDbContext db, Guid projectId, IReadOnlyList<long> imageIds, CancellationToken cancellationToken)
    {
        var batches = await db.ImportBatches.AsNoTracking().Where(batch => batch.ProjectId == projectId)
            .Select(batch => new { batch.Id, batch.Name, batch.CreatedUtc })
            .ToDictionaryAsync(batch => batch.Id, batch => $"{batch.Name}, {batch.CreatedUtc:yyyy-MM-dd HH:mm:ss}", cancellationToken);
        var of = await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .Select(image => new { image.Id, image.ImportBatchId })
            .ToDictionaryAsync(image => image.Id, image => image.ImportBatchId, cancellationToken);
        return Group(imageIds, id => of.TryGetValue(id, out var batchId) ? batches.GetValueOrDefault(batchId) : null, _ => "Other images");
    }

    private static List<ImageGroup> Group(IEnumerable<long> imageIds, Func<long, string?> titleOf, Func<long, string> rest) =>
        [.. imageIds
            .GroupBy(id => titleOf(id) is { } title ? (Title: title, IsRest: false) : (Title: rest(id), IsRest: true))
            .OrderBy(group => group.Key.IsRest)
            .ThenByDescending(group => group.Count())
            .Select(group => new ImageGroup(group.Key.Title, [.. group]))];

    /// <summary>Images with several classes count for each of them.</summary>
    private static string MostlyText(IEnumerable<Guid?> labelIds, Combinations combinations)
    {
        var labels = labelIds.OfType<Guid>().ToList();
        var most = labels.SelectMany(id => combinations.MembersOf(id) is [_, ..] members ? members : [id]).GroupBy(id => id).MaxBy(group => group.Count());
        return most is not null && most.Count() >= Mostly * labels.Count && combinations.Classes.FirstOrDefault(item => item.Id == most.Key) is { } item
            ? $" · mostly {item.Name}"
            : "";
    }

    private static Task<Dictionary<Guid, string>> ClassNamesAsync(StudioDbContext db, Guid projectId, CancellationToken cancellationToken) =>
        db.Classes.AsNoTracking().Where(item => item.ProjectId == projectId)
            .ToDictionaryAsync(item => item.Id, item => item.Name, cancellationToken);

    private static async Task<Dictionary<long, (ImageState State, Guid? ClassId)>> LabelsAsync(
        StudioDbContext db, HiddenLabels hidden, Guid projectId, CancellationToken cancellationToken) =>
        await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId)
            .Select(image => new { image.Id, image.State, image.LabelClassId })
            .ToDictionaryAsync(image => image.Id, image => hidden.Seen(image.Id, image.State, image.LabelClassId), cancellationToken);
}
