using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Webhooks;

/// <summary>Tells webhooks in the background: as soon as a run ends, and again when a failed try is due.</summary>
public sealed class WebhookWorker(WebhookDelivery delivery, RunWebhooks webhooks, RunRecords records, TimeProvider clock, ILogger<WebhookWorker> log) : BackgroundService
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _ended = new(0);

    public override void Dispose()
    {
        base.Dispose();
        _ended.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        records.Ended += OnEnded;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await _ended.WaitAsync(await WorkAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is still to be told stands in the database.
        }
        finally
        {
            records.Ended -= OnEnded;
        }
    }

    /// <returns>How long nothing is due.</returns>
    private async Task<TimeSpan> WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            await delivery.SendDueAsync(stoppingToken);
            var pause = await webhooks.NextDueAsync(stoppingToken) is { } due ? due - clock.GetUtcNow().UtcDateTime : LongestPause;
            return pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "Webhooks could not be told; it is tried again in {Pause}", LongestPause);
            return LongestPause;
        }
    }

    private void OnEnded() => _ended.Release();
}
