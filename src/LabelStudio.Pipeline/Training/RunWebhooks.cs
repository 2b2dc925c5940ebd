using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Whom a project tells of ended runs, and which ends are still to be told: they stand in the runs' own rows, so a restart
/// loses none. Sending is the web's work.
/// </summary>
public sealed class RunWebhooks(IDbContextFactory<StudioDbContext> contexts, StudioWriter writer, ProjectAccess access, TimeProvider clock)
{
    /// <summary>Pauses before the second and each further try; after the last the run is not told any more.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    /// <summary>How often a run's end is tried to be told.</summary>
    public static int MostAttempts => Pauses.Length + 1;

    /// <summary>The project's webhook. Needs the right to manage the project.</summary>
    public async Task<RunWebhookSettings> GetAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) =>
        await FindAsync(userId, projectId, cancellationToken) is { } webhook ? new(webhook.Url, webhook.Secret is not null) : new(null, false);

    /// <summary>The webhook itself, for a test message; null: none is set. Needs the right to manage the project.</summary>
    public async Task<RunWebhook?> FindAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<RunWebhook>().AsNoTracking().SingleOrDefaultAsync(item => item.ProjectId == projectId, cancellationToken);
    }

    /// <summary>Sets, changes or removes the webhook. Needs the right to manage the project.</summary>
    /// <exception cref="InvalidRequestException">The address is none of the web, or something is too long.</exception>
    public async Task SetAsync(Guid userId, Guid projectId, RunWebhookChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        await access.DemandAsync(userId, projectId, StudioRight.ManageProject, cancellationToken);
        var url = change.Url?.Trim() ?? "";
        Demand(change);
        await writer.WriteAsync(
            async (db, token) =>
            {
                var known = await db.Set<RunWebhook>().SingleOrDefaultAsync(item => item.ProjectId == projectId, token);
                if (url.Length == 0)
                {
                    if (known is not null)
                    {
                        db.Remove(known);
                    }
                    return;
                }
                if (known is null)
                {
                    known = new RunWebhook { ProjectId = projectId, Url = url, StudioAddress = "", SinceUtc = clock.GetUtcNow().UtcDateTime };
                    db.Add(known);
                }
                (known.Url, known.StudioAddress) = (url, change.StudioAddress.AbsoluteUri);
                known.Secret = change.Secret is { } secret ? secret.Length == 0 ? null : secret : known.Secret;
            },
            cancellationToken);
    }

    /// <summary>Ends that are to be told now, the oldest first.</summary>
    public async Task<IReadOnlyList<RunNotice>> DueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from run in db.TrainingRuns.AsNoTracking()
            join webhook in db.Set<RunWebhook>() on run.ProjectId equals webhook.ProjectId
            join project in db.Projects on run.ProjectId equals project.Id
            where run.NoticeDueUtc != null && run.NoticeDueUtc <= now && run.EndedUtc >= webhook.SinceUtc
            orderby run.NoticeDueUtc
            select new RunNotice(run, project.Name, webhook)).ToListAsync(cancellationToken);
    }

    /// <summary>When the next end is to be told; null: none waits.</summary>
    public async Task<DateTime?> NextDueAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await (
            from run in db.TrainingRuns
            join webhook in db.Set<RunWebhook>() on run.ProjectId equals webhook.ProjectId
            where run.NoticeDueUtc != null && run.EndedUtc >= webhook.SinceUtc
            select run.NoticeDueUtc).MinAsync(cancellationToken);
    }

    /// <summary>The end was told: it is told once.</summary>
    public async Task ToldAsync(RunNotice notice, CancellationToken cancellationToken) => await ChangeAsync(notice, run => run.NoticeDueUtc = null, cancellationToken);

    /// <summary>The end could not be told.</summary>
    /// <returns>After what pause it is tried again; null: not any more.</returns>
    public async Task<TimeSpan?> FailedAsync(RunNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        TimeSpan? pause = notice.Run.NoticeAttempts < Pauses.Length ? Pauses[notice.Run.NoticeAttempts] : null;
        await ChangeAsync(
            notice,
            run =>
            {
                run.NoticeAttempts++;
                run.NoticeDueUtc = pause is { } wait ? clock.GetUtcNow().UtcDateTime + wait : null;
            },
            cancellationToken);
        return pause;
    }

    private static void Demand(RunWebhookChange change)
    {
        var url = change.Url?.Trim() ?? "";
        if (url.Length > 0 && (url.Length > RunWebhook.LongestUrl || !Uri.TryCreate(url, UriKind.Absolute, out var target) || (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)))
        {
            throw new InvalidRequestException($"'{url}' is no address that a message can be sent to. Give one that begins with http:// or https://, of at most {RunWebhook.LongestUrl} letters.");
        }
        if (change.Secret?.Length > RunWebhook.LongestSecret)
        {
            throw new InvalidRequestException($"The secret has {change.Secret.Length} letters and may have {RunWebhook.LongestSecret}. Take a shorter one.");
        }
    }

    /// <summary>A run that was resumed meanwhile has another end to tell, or none yet.</summary>
    private Task ChangeAsync(RunNotice notice, Action<TrainingRun> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return writer.WriteAsync(
            async (db, token) =>
            {
                if (await db.TrainingRuns.SingleOrDefaultAsync(run => run.Id == notice.Run.Id && run.EndedUtc == notice.Run.EndedUtc, token) is { } run)
                {
                    change(run);
                }
            },
            cancellationToken);
    }
}
