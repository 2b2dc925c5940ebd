using System.Threading.Channels;
using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Worker;

/// <summary>Claims runs one after the other and executes them, for as long as the process lives.</summary>
internal sealed class TrainerLoop(WorkerConnection connection, TrainerOptions options, TimeProvider clock, ILogger<TrainerLoop> log) : BackgroundService
{
    /// <summary>The server pushes news of work; this is for pushes that got lost.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Looking for a GPU takes seconds: not while the host starts.
        await Task.Yield();
        var device = ComputeDevice.Detect();
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        connection.WorkAvailable += () => news.Writer.TryWrite(true);
        using var scratch = ScratchFolder.Open(options.WorkFolder);
        try
        {
            await connection.ConnectAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await ClaimAsync(device, stoppingToken) is { } assignment)
                {
                    log.LogInformation("Run {RunId} ('{Name}') begins on {Device}", assignment.RunId, assignment.RunName, device.Name);
                    using var run = new HeldRun(connection, options with { WorkFolder = scratch.Path }, assignment, device, clock, log);
                    await run.RunAsync(stoppingToken);
                    continue;
                }
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                patience.CancelAfter(AskAgain);
                Task someNews = news.Reader.ReadAsync(patience.Token).AsTask();
                await someNews.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The trainer ends.
        }
    }

    private async Task<RunAssignment?> ClaimAsync(ComputeDevice device, CancellationToken stoppingToken)
    {
        try
        {
            return await connection.ClaimAsync(device, stoppingToken);
        }
        catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // Reconnecting goes on by itself.
            log.LogDebug(error, "No run could be claimed");
            return null;
        }
    }
}
