using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Review;

/// <summary>
/// What may spoil a run and lies in the images it would learn from: copies across splits, labels from before a class,
/// imbalance, images without a label. With a frozen dataset version chosen it speaks of that version.
/// </summary>
public sealed class LaunchInspection(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, DatasetSnapshots snapshots, NearDuplicates duplicates, RunLaunch launch)
{
    /// <summary>Beyond, the largest class wins wherever the model is unsure.</summary>
    private const int NotableRatio = 10;

    /// <summary>Looks at the images. Needs the right to view.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="projectId">The project.</param>
    /// <param name="preflight">What the run would train on.</param>
    /// <param name="snapshotId">The frozen version it would train on; null: the labels of now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LaunchFindings> InspectAsync(
        Guid userId, Guid projectId, Preflight preflight, Guid? snapshotId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(preflight);
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var frozen = snapshotId is { } id ? await snapshots.ReadAsync(id, cancellationToken) : null;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (duplicateCheck, crossing) = CopiesIn(frozen, await duplicates.KnownAsync(userId, projectId, cancellationToken));
        List<LaunchCheck> checks = [.. Imbalance(preflight), .. await LabelsAsync(db, projectId, preflight, frozen, cancellationToken), duplicateCheck];
        // An image without a label is in no frozen version.
        var unlabelled = frozen is not null ? 0 : await db.Images.CountAsync(image => image.ProjectId == projectId && image.State == ImageState.Unlabelled, cancellationToken);
        if (unlabelled > 0)
        {
            checks.Add(new(LaunchCheckKind.Unlabelled, false, $"{Count(unlabelled, "image has no label and takes", "images have no label and take")} no part."));
        }
        return new(checks, crossing);
    }

    /// <summary>Launches a run and keeps with it what the checks find at this moment. Needs the right to train.</summary>
    /// <returns>The run's id.</returns>
    public async Task<Guid> LaunchAsync(Guid userId, Guid projectId, LaunchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var preflight = await launch.PreflightAsync(userId, projectId, request.DatasetSnapshotId, request.ClassIds, cancellationToken);
        var findings = await InspectAsync(userId, projectId, preflight, request.DatasetSnapshotId, cancellationToken);
        return await launch.LaunchAsync(userId, projectId, request with { Checks = findings.Checks }, cancellationToken);
    }

    private static IEnumerable<LaunchCheck> Imbalance(Preflight preflight)
    {
        // Most combinations are rare, and nobody can help it.
        var trained = preflight.Classes.Where(item => item is { IsCombination: false, AllTrain: > 0 }).OrderBy(item => item.AllTrain).ToList();
        if (trained.Count > 1 && trained[^1].AllTrain >= NotableRatio * trained[0].AllTrain)
        {
            var (rare, common) = (trained[0], trained[^1]);
            yield return new(
                LaunchCheckKind.Imbalance, true, $"{common.Name} has {common.AllTrain / rare.AllTrain} times as many training images as {rare.Name}. Label more of the rare ones.", rare.ClassId);
        }
    }

    /// <summary>Labels from before a class that the promoted model does not know, and those that a frozen version no longer shares with now.</summary>
    private static async Task<IReadOnlyList<LaunchCheck>> LabelsAsync(
        StudioDbContext db, Guid projectId, Preflight preflight, DatasetManifest? frozen, CancellationToken cancellationToken)
    {
        // Only of classes that the promoted model does not know: those of the first import come one after the other, too.
        // A combination came with the first image that has it: no earlier label is stale by that.
        var added = preflight.Classes.Where(item => item is { IsNew: true, IsCombination: false }).Select(item => item.ClassId).ToArray();
        var since = added.Length == 0 ? [] : await db.Classes.AsNoTracking().Where(item => EF.Parameter(added).Contains(item.Id))
            .Select(item => new AddedClass(item.Id, item.Name, item.SinceOntologyVersion)).ToListAsync(cancellationToken);
        if (since.Count == 0 && frozen is null)
        {
            return [];
        }
        var labels = await db.Images.AsNoTracking().Where(image => image.ProjectId == projectId && image.State == ImageState.Labelled)
            .Select(image => new { image.Id, image.LabelClassId, image.LabelOntologyVersion }).ToListAsync(cancellationToken);
        List<int> given = [.. labels.Select(label => label.LabelOntologyVersion)];
        List<LaunchCheck> checks = [];
        if (frozen is not null)
        {
            var now = labels.ToDictionary(label => label.Id);
            // A label that is still what was frozen was given then; of the others only that they changed is known.
            given = [.. frozen.Entries.Select(entry => now.GetValueOrDefault(entry.ImageId) is { } label && label.LabelClassId == entry.ClassId ? label.LabelOntologyVersion : (int?)null).OfType<int>()];
            var changed = frozen.Entries.Count - given.Count;
            if (changed > 0)
            {
                checks.Add(new(LaunchCheckKind.ChangedLabels, true, $"{Count(changed, "label of this version was", "labels of this version were")} changed or taken away since it was frozen: the run learns them as they were then."));
            }
        }
        foreach (var item in since.OrderBy(item => item.OntologyVersion))
        {
            var older = given.Count(version => version < item.OntologyVersion);
            if (older > 0)
            {
                checks.Add(new(LaunchCheckKind.StaleLabels, true, $"{Count(older, "label was", "labels were")} given before {item.Name} existed and may be stale.", item.Id));
            }
        }
        return checks;
    }

    private static (LaunchCheck Check, IReadOnlyList<long> Crossing) CopiesIn(DatasetManifest? frozen, NearDuplicateReport? found)
    {
        if (found is null)
        {
            return (new(LaunchCheckKind.DuplicatesNotLookedFor, false, "Nobody has looked for near-duplicates across splits yet."), []);
        }
        var splits = frozen?.Entries.ToDictionary(entry => entry.ImageId, entry => entry.Split);
        var crossing = found.Sets
            .Select(set => set.Images.Where(image => splits?.ContainsKey(image.ImageId) ?? true).ToList())
            .Where(images => images.Select(image => splits?[image.ImageId] ?? image.Split).Distinct().Skip(1).Any())
            .ToList();
        var isOutdated = frozen is null ? found.IsOutdated : frozen.Entries.Any(entry => entry.ImageId > found.LastImageId);
        var check = (crossing.Count, isOutdated) switch
        {
            ( > 0, _) => new LaunchCheck(
                LaunchCheckKind.DuplicatesAcrossSplits, true, $"{Count(crossing.Count, "set of near-duplicates lies", "sets of near-duplicates lie")} in more than one split: the model is tested on what it learned.{(isOutdated ? " Images joined since somebody looked: there may be more." : "")}"),
            (0, true) => new(LaunchCheckKind.DuplicatesOutdated, true, "Images joined since somebody last looked for near-duplicates across splits: what was found is out of date."),
            _ => new(LaunchCheckKind.NoDuplicatesAcrossSplits, false, "No near-duplicates across splits."),
        };
        return (check, [.. crossing.SelectMany(images => images).Select(image => image.ImageId)]);
    }

    private static string Count(int count, string one, string many) =>
        string.Create(System.Globalization.CultureInfo.CurrentCulture, $"{count:N0} {(count == 1 ? one : many)}");

    private sealed record AddedClass(Guid Id, string Name, int OntologyVersion);
}
