using System.Collections.Concurrent;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>
/// Hands out unlabelled images, each to one person at a time. Leases live in memory and end three minutes after the last
/// heartbeat. Thread-safe.
/// </summary>
public sealed class LabellingQueue(
    IDbContextFactory<StudioDbContext> contexts,
    ProjectAccess access,
    ImageLibrary library,
    LabellingPriorities priorities,
    QualityPlans plans,
    TimeProvider clock)
{
    private const int MostTasks = 100;

    /// <summary>For two minutes of fast labelling without a network.</summary>
    private const int LargestReserve = 60;

    /// <summary>All reserves together hold this part of the images at most.</summary>
    private const int ReservePart = 2;

    private readonly ConcurrentDictionary<Guid, LeaseBook> _books = new();

    /// <param name="held">Images the page has already (shown, loaded ahead, or not yet saved): not handed out again, leases renewed.</param>
    /// <param name="replaceable">Images the page has too, that compete with all others for their places again; they stay leased.</param>
    public async Task<IReadOnlyList<LabellingTask>> TakeAsync(
        Guid userId,
        Guid projectId,
        QueueOrder order,
        int count,
        IReadOnlyCollection<long> held,
        IReadOnlyCollection<long> replaceable,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(replaceable);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var book = Book(projectId);
        book.Renew(userId, held);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await LearnSkipsAsync(db, book, userId, projectId, cancellationToken);
        var wanted = Math.Clamp(count, 1, MostTasks);
        var candidates = new QueueCandidates(db, projectId, book, priorities.Follow(projectId, order));
        var tasks = new List<LabellingTask>(wanted);
        var checks = new HiddenChecks(db, await plans.OfAsync(projectId, cancellationToken), projectId, userId);
        HashSet<long> passedOver = [.. held, .. await checks.ClosedAsync(cancellationToken)];

        // Who manages classes knows the checks, and their word on a labelled image changes it.
        if (!await access.AllowsAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken)
            && await checks.DueAsync(book, held, cancellationToken) is { } due)
        {
            tasks.Add(due);
            passedOver.Add(due.ImageId);
        }

        var skipped = book.SkippedBy(userId);
        var skippedSet = skipped.ToHashSet();
        var exchanged = replaceable.ToHashSet();

        // Those of a page that was closed come first; those the person skipped come last.
        await TakeFromAsync(Once(book.HeldBy(userId).Where(id => !skippedSet.Contains(id) && !exchanged.Contains(id))));
        await TakeFromAsync(Without(skippedSet, candidates.InOrderAsync(order, cancellationToken)));
        await TakeFromAsync(Once(skipped));
        book.MarkShort(userId, tasks.Count == 0 && held.Count == 0 && replaceable.Count == 0);
        return tasks;

        async Task TakeFromAsync(IAsyncEnumerable<IReadOnlyList<long>> chunks)
        {
            if (tasks.Count >= wanted)
            {
                return;
            }

            await foreach (var chunk in chunks.WithCancellation(cancellationToken))
            {
                var fresh = chunk.Where(passedOver.Add).ToList();
                while (fresh.Count > 0 && tasks.Count < wanted)
                {
                    var taken = book.TakeFree(userId, fresh, wanted - tasks.Count);
                    if (taken.ImageIds.Count == 0)
                    {
                        break;
                    }

                    tasks.AddRange(await candidates.VerifyAsync(userId, taken, cancellationToken));
                    fresh.RemoveRange(0, fresh.IndexOf(taken.ImageIds[^1]) + 1);
                }

                if (tasks.Count >= wanted)
                {
                    return;
                }
            }
        }
    }

    /// <summary>
    /// Leases images to look at again, whatever their state: those selected, or those labelled before a class existed.
    /// </summary>
    /// <param name="afterId">The last image of the call before; null: from the start of the filter's order.</param>
    public async Task<IReadOnlyList<LabellingTask>> TakeMatchingAsync(
        Guid userId,
        Guid projectId,
        ImageFilter filter,
        long? afterId,
        int count,
        IReadOnlyCollection<long> held,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(held);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var book = Book(projectId);
        book.Renew(userId, held);
        var wanted = Math.Clamp(count, 1, MostTasks);
        var tasks = new List<LabellingTask>(wanted);
        while (tasks.Count < wanted
            && await library.PageAsync(userId, projectId, filter, afterId, wanted * 2, cancellationToken) is { Count: > 0 } page)
        {
            afterId = page[^1].Id;
            var found = page.Select(tile => tile.Id);
            // Chosen images have an order of their own, which decides who is left for the next time.
            var free = (filter.Ids is { } chosen ? chosen.Intersect(found) : found).Except(held);
            tasks.AddRange(await TasksAsync(userId, projectId, book.TakeFree(userId, free, wanted - tasks.Count), cancellationToken));
        }

        return tasks;
    }

    /// <summary>Prolongs the leases of a page that is still open.</summary>
    /// <returns>So many images beyond the next few the page may hold now.</returns>
    public async Task<int> HeartbeatAsync(Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        Book(projectId).Renew(userId, imageIds);
        return (await StatusAsync(userId, projectId, cancellationToken)).Reserve;
    }

    /// <summary>Others see what the person has on screen. Needs the right to label.</summary>
    public async Task ShowAsync(Guid userId, Guid projectId, long? imageId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        Book(projectId).Show(userId, imageId);
    }

    /// <summary>Images that the person skipped and that still have no label, the longest ago first.</summary>
    public async Task<IReadOnlyList<long>> SkippedAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        var book = Book(projectId);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await LearnSkipsAsync(db, book, userId, projectId, cancellationToken);
        return await OpenSkipsAsync(db, book, userId, cancellationToken);
    }

    /// <summary>Gives images back that were not decided upon.</summary>
    /// <param name="lastLease">The newest lease the giver knew of: what the person got since then is not given back.</param>
    public async Task ReleaseAsync(
        Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, long lastLease, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        Book(projectId).Release(userId, imageIds, lastLease);
    }

    /// <summary>Whether a page was left. A request of it that was still on its way is to take nothing any more.</summary>
    public bool HasLeft(Guid projectId, Guid pageId) => Book(projectId).HasLeft(pageId);

    /// <summary>To be told which page got what: one that was left meanwhile gives it back, as nobody there will.</summary>
    public async Task HandedAsync(
        Guid userId, Guid projectId, Guid pageId, IReadOnlyList<LabellingTask> tasks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        Book(projectId).HandTo(userId, pageId, tasks.Select(task => (task.ImageId, task.Lease)));
    }

    /// <summary>A page is left, with what it held given back before: what was on its way to it is free too.</summary>
    /// <param name="lastLease">The newest lease the page knew of.</param>
    public async Task LeaveAsync(Guid userId, Guid projectId, Guid pageId, long lastLease, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.Label, cancellationToken);
        Book(projectId).Leave(userId, pageId, lastLease);
    }

    public async Task<QueueStatus> StatusAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var book = Book(projectId);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await LearnSkipsAsync(db, book, userId, projectId, cancellationToken);
        var unlabelled = await db.Images.CountAsync(
            image => image.ProjectId == projectId && image.State == ImageState.Unlabelled, cancellationToken);
        var others = book.Holders();
        others.Remove(userId);
        var skipped = await OpenSkipsAsync(db, book, userId, cancellationToken);
        var reserve = book.OthersWait(userId) ? 0 : Math.Min(LargestReserve, unlabelled / (ReservePart * (others.Count + 1)));
        var checks = new HiddenChecks(db, await plans.OfAsync(projectId, cancellationToken), projectId, userId);
        return new QueueStatus(unlabelled, others.Values.Sum(), skipped.Count, reserve, await checks.OpenVotesAsync(cancellationToken));
    }

    /// <summary>Who is labelling in the project now, and what they look at: that of a hidden check only those who know the checks are told.</summary>
    public async Task<IReadOnlyList<Presence>> PresenceAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.View, cancellationToken);
        var book = Book(projectId);
        var holders = book.Holders();
        var ids = holders.Keys.ToArray();
        var shown = ids.ToDictionary(id => id, book.ShownTo);
        var shownIds = shown.Values.OfType<long>().ToArray();
        var seesAll = await access.AllowsAsync(userId, projectId, StudioRight.ManageClasses, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var names = await db.Users.AsNoTracking()
            .Where(user => ids.Contains(user.Id))
            .ToDictionaryAsync(user => user.Id, user => user.DisplayName, cancellationToken);
        var images = await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(shownIds).Contains(image.Id) && image.ProjectId == projectId
                && (seesAll || !db.Set<KnownImage>().Any(known => known.ImageId == image.Id)))
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        return
        [
            .. holders.Where(holder => names.ContainsKey(holder.Key))
                .Select(holder => new Presence(
                    holder.Key,
                    names[holder.Key],
                    holder.Value,
                    shown[holder.Key] is { } imageId && images.TryGetValue(imageId, out var image) ? LabellingTasks.Of(image) : null))
                .OrderBy(presence => presence.DisplayName, StringComparer.CurrentCulture),
        ];
    }

    /// <summary>To be told before: who takes a label back has the image on screen, and nobody else may get it.</summary>
    internal void Deciding(Guid userId, Guid projectId, IReadOnlyList<Decision> decisions) =>
        Book(projectId).TakeUp(userId, decisions.Where(decision => TakesBack(decision.Kind)).Select(decision => decision.ImageId));

    /// <summary>To be told after a commit: decided images are free, and skipped ones go to the person's end.</summary>
    internal void Decided(Guid userId, Guid projectId, IReadOnlyList<Decision> decisions, IReadOnlyList<DecisionResult> results)
    {
        var book = Book(projectId);
        foreach (var (decision, result) in decisions.Zip(results).Where(pair => pair.Second.Outcome == DecisionOutcome.Saved))
        {
            book.Skip(userId, decision.ImageId, isSkipped: decision.Kind == AnnotationKind.Skip);
        }

        book.Done(userId, [.. decisions.Zip(results)
            .Where(pair => pair.Second.Outcome is DecisionOutcome.Saved or DecisionOutcome.AlreadySaved
                && pair.First.Kind is not (AnnotationKind.Flag or AnnotationKind.Unflag)
                && !TakesBack(pair.First.Kind))
            .Select(pair => pair.First.ImageId)]);
    }

    /// <summary>To be told after an undo: the image is shown again, so the person holds it.</summary>
    internal void Reverted(Guid userId, Guid projectId, UndoResult result, bool redo)
    {
        var book = Book(projectId);
        if (result.Kind == AnnotationKind.Skip)
        {
            book.Skip(userId, result.Task.ImageId, isSkipped: redo);
        }

        if (!redo)
        {
            book.TakeUp(userId, [result.Task.ImageId]);
        }
    }

    private async Task<IEnumerable<LabellingTask>> TasksAsync(Guid userId, Guid projectId, TakenLeases leases, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var images = await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(leases.ImageIds).Contains(image.Id))
            .ToDictionaryAsync(image => image.Id, cancellationToken);
        var hidden = await HiddenLabels.ReadAsync(db, access, userId, projectId, cancellationToken);
        return leases.ImageIds.Where(images.ContainsKey).Select(id => LabellingTasks.Of(images[id], leases.Number).SeenWith(hidden));
    }

    /// <summary>Somebody else may have labelled what the person skipped.</summary>
    private static async Task<IReadOnlyList<long>> OpenSkipsAsync(
        StudioDbContext db, LeaseBook book, Guid userId, CancellationToken cancellationToken)
    {
        var skipped = book.SkippedBy(userId);
        if (skipped.Length == 0)
        {
            return skipped;
        }

        var open = await db.Images.AsNoTracking()
            .Where(image => EF.Parameter(skipped).Contains(image.Id) && image.State == ImageState.Unlabelled)
            .Select(image => image.Id).ToHashSetAsync(cancellationToken);
        return [.. skipped.Where(open.Contains)];
    }

    private static bool TakesBack(AnnotationKind kind) => kind is AnnotationKind.Clear or AnnotationKind.Restore;

    private LeaseBook Book(Guid projectId) => _books.GetOrAdd(projectId, _ => new LeaseBook(clock));

    /// <summary>Skips outlive a restart: the latest skip, unless it was taken back, of each image that is still unlabelled.</summary>
    private static async Task LearnSkipsAsync(
        StudioDbContext db, LeaseBook book, Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        if (book.KnowsSkips(userId))
        {
            return;
        }

        var rows = await (
            from annotation in db.Annotations.AsNoTracking()
            where annotation.ProjectId == projectId && annotation.UserId == userId
                && (annotation.Kind == AnnotationKind.Skip || annotation.Kind == AnnotationKind.Restore)
            join image in db.Images on annotation.ImageId equals image.Id
            where image.State == ImageState.Unlabelled
            orderby annotation.Id
            select new { annotation.ImageId, annotation.Kind }).ToListAsync(cancellationToken);
        book.LearnSkips(userId, rows.GroupBy(row => row.ImageId)
            .Select(group => group.Last())
            .Where(row => row.Kind == AnnotationKind.Skip)
            .Select(row => row.ImageId));
    }

    private static async IAsyncEnumerable<IReadOnlyList<long>> Once(IEnumerable<long> imageIds)
    {
        await Task.CompletedTask;
        yield return [.. imageIds];
    }

    private static async IAsyncEnumerable<IReadOnlyList<long>> Without(HashSet<long> left, IAsyncEnumerable<IReadOnlyList<long>> chunks)
    {
        await foreach (var chunk in chunks)
        {
            yield return [.. chunk.Where(id => !left.Contains(id))];
        }
    }
}
