using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace LabelStudio.Web.Hubs;

/// <summary>Where trainers connect: they claim runs, report events and hear orders. Files travel over HTTP.</summary>
[Authorize(StudioPolicies.Worker)]
public sealed class WorkerHub(RunDispatch dispatch) : Hub<IWorkerClient>
{
    public const string Path = "/hubs/worker";

    /// <summary>Events come in batches; the usual limit of 32 kB is for single clicks.</summary>
    public const long MaximumMessageBytes = 1024 * 1024;

    public static string GroupOf(Guid runId) => $"run-{runId:N}";

    /// <summary>The oldest queued run; null: there is none, or the device at this place trains one already.</summary>
    public async Task<RunAssignment?> Claim(string worker, string device, string place)
    {
        var assignment = await dispatch.ClaimAsync(Name(worker), Name(device), Name(place), Context.ConnectionAborted);
        if (assignment is not null)
        {
            await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(assignment.RunId));
        }
        return assignment;
    }

    /// <summary>Events as JSON, in their order; <paramref name="firstNumber"/> is the trainer's number of the first.</summary>
    public async Task<RunOrder> Publish(Guid runId, string worker, long firstNumber, string[] events)
    {
        await FollowAsync(runId);
        TrainingEvent[] read = [.. events.Select(TrainingJson.Read)];
        return await dispatch.RecordAsync(runId, worker, firstNumber, read, Context.ConnectionAborted);
    }

    public async Task<RunOrder> Heartbeat(Guid runId, string worker)
    {
        await FollowAsync(runId);
        return await dispatch.HeartbeatAsync(runId, worker, Context.ConnectionAborted);
    }

    public Task Fail(Guid runId, string worker, string message, StopReason? reason) =>
        dispatch.FailAsync(runId, worker, message, reason, CancellationToken.None);

    public Task Paused(Guid runId, string worker) => dispatch.PausedAsync(runId, worker, CancellationToken.None);

    public Task Cancelled(Guid runId, string worker) => dispatch.CancelledAsync(runId, worker, CancellationToken.None);

    /// <summary>After a reconnect the connection is a new one and hears nothing of its run.</summary>
    private Task FollowAsync(Guid runId) => Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(runId), Context.ConnectionAborted);

    private static string Name(string text)
    {
        const int longest = 200;
        return string.IsNullOrWhiteSpace(text) ? throw new HubException("A trainer needs a name.") : text[..Math.Min(text.Length, longest)];
    }
}
