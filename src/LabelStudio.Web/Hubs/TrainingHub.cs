using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace LabelStudio.Web.Hubs;

/// <summary>The live events of training runs for programs outside; pages read the monitor in process.</summary>
[Authorize(nameof(StudioRight.View))]
public sealed class TrainingHub(TrainingQueue queue, RunFollowers followers) : Hub<ITrainingClient>
{
    public const string Path = "/hubs/training";

    /// <summary>Sends every event after <paramref name="sinceSequence"/> (0: all), then what happens from now on, without a gap.</summary>
    public async Task Follow(Guid runId, long sinceSequence)
    {
        var userId = Context.User!.UserId();
        try
        {
            var run = await queue.GetAsync(userId, runId, Context.ConnectionAborted);
            followers.Start(Context.ConnectionId, userId, run.ProjectId, runId, sinceSequence);
        }
        catch (StudioException error)
        {
            // Other errors stay hidden from clients; these are sentences for them.
            throw new HubException(error.Message);
        }
    }

    public Task Unfollow(Guid runId)
    {
        followers.Stop(Context.ConnectionId, runId);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        followers.StopAll(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
