using System.Diagnostics;

namespace LabelStudio.Web.Worker;

/// <summary>Ends the trainer when the server that started it is gone, however it went.</summary>
internal sealed class ServerWatch(TrainerOptions options, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ServerWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.ServerProcessId is not { } processId)
        {
            return;
        }
        using var timer = new PeriodicTimer(Interval, clock);
        while (IsAlive(processId))
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        log.LogWarning("The server is gone; this trainer ends");
        lifetime.StopApplication();
        // Training may be in the middle of a long native call: nobody waits for its result any more.
        Environment.Exit(0);
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
