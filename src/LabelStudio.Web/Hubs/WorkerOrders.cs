using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.SignalR;

namespace LabelStudio.Web.Hubs;

/// <summary>Pushes to the trainers what happens in the queue, so that a stop takes effect at once and not at a heartbeat.</summary>
public sealed class WorkerOrders(RunRecords records, IHubContext<WorkerHub, IWorkerClient> hub, ILogger<WorkerOrders> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        records.Queued += OnQueued;
        records.Ordered += OnOrdered;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        records.Queued -= OnQueued;
        records.Ordered -= OnOrdered;
        return Task.CompletedTask;
    }

    private void OnQueued() => _ = SendAsync(hub.Clients.All.WorkAvailable());

    private void OnOrdered(Guid runId, RunOrder order) => _ = SendAsync(hub.Clients.Group(WorkerHub.GroupOf(runId)).Order(runId, order));

    private async Task SendAsync(Task sending)
    {
        try
        {
            await sending;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogWarning(error, "An order did not reach a trainer; it hears it with its next heartbeat");
        }
    }
}
