using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Training;

/// <summary>Marks runs that the last server left behind, then looks for trainers that have vanished.</summary>
internal sealed class RunSupervision(RunDispatch dispatch, RunLeftovers leftovers, TimeProvider clock, ILogger<RunSupervision> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Before anything else starts, and so before a trainer can claim a run.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await dispatch.InterruptLeftOversAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            await DeleteLeftoversAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The program stops.
        }
    }

    private async Task DeleteLeftoversAsync(CancellationToken stoppingToken)
    {
        try
        {
            await leftovers.DeleteAsync(stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "What old runs left behind could not be deleted; the next try is at the next start");
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            await dispatch.SweepAsync(stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "Runs could not be checked for vanished trainers");
        }
    }
}
