using LabelStudio.Learning.Training;
using System.Collections.Concurrent;
using System.Threading.Channels;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.SignalR;

namespace LabelStudio.Web.Hubs;

/// <summary>
/// One pump for each run that a connection follows. It always reads on from the last number it sent, so replay and live
/// are the same thing and a slow client holds nobody up but itself.
/// </summary>
public sealed class RunFollowers(
    TrainingMonitor monitor, ProjectAccess access, IHubContext<TrainingHub, ITrainingClient> hub, ILogger<RunFollowers> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<(string Connection, Guid RunId), CancellationTokenSource> _pumps = new();

    public void Start(string connection, Guid userId, Guid projectId, Guid runId, long sinceSequence)
    {
        Stop(connection, runId);
        var stop = new CancellationTokenSource();
        _pumps[(connection, runId)] = stop;
        _ = PumpAsync(hub.Clients.Client(connection), userId, projectId, runId, sinceSequence, stop.Token);
    }

    public void Stop(string connection, Guid runId)
    {
        if (_pumps.TryRemove((connection, runId), out var stop))
        {
            stop.Cancel();
            stop.Dispose();
        }
    }

    public void StopAll(string connection)
    {
        foreach (var key in _pumps.Keys.Where(key => key.Connection == connection))
        {
            Stop(key.Connection, key.RunId);
        }
    }

    private async Task PumpAsync(
        ITrainingClient client, Guid userId, Guid projectId, Guid runId, long lastSequence, CancellationToken stop)
    {
        try
        {
            var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
            using var subscription = monitor.Subscribe(
                runId,
                () =>
                {
                    changes.Writer.TryWrite(true);
                    return Task.CompletedTask;
                },
                Interval);
            RunState? toldState = null;
            do
            {
                // Whoever was taken off the project while following hears no more.
                if (!await access.AllowsAsync(userId, projectId, StudioRight.View, stop))
                {
                    return;
                }
                // The state first: events that came before it are then sure to be among those read after it.
                var state = monitor.Snapshot(runId).State;
                foreach (var item in monitor.Since(runId, lastSequence))
                {
                    // That an image was learned tells that it has a label: RunExemplars leaves out what its reader must not know.
                    if (item is not ExemplarsChosen)
                    {
                        await client.OnEvent(new RunEventMessage(runId, item.Sequence, item)).WaitAsync(stop);
                    }
                    lastSequence = item.Sequence;
                }
                if (state != toldState)
                {
                    await client.OnState(new RunStateMessage(runId, state, state.IsEnded())).WaitAsync(stop);
                    toldState = state;
                }
                if (state.IsEnded())
                {
                    return;
                }
            }
            while (await changes.Reader.ReadAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or follows no more.
        }
        catch (Exception error)
        {
            log.LogError(error, "Events of run {RunId} could not be sent on", runId);
        }
    }
}
