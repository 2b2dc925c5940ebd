using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Pipeline.Training;

/// <summary>Marks runs that the last server left behind, then looks for trainers that have vanished.</summary>
internal sealed class RunSupervision(RunDispatch dispatch, TimeProvider clock, ILogger<RunSupervision> log) : BackgroundService
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
