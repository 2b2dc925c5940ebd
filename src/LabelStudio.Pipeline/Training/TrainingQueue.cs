namespace LabelStudio.Pipeline.Training;

/// <summary>Training runs from launch to their end. The row is the job; trainers claim it.</summary>
public sealed class TrainingQueue
{
    /// <summary>Freezes the labelled data and queues a run. Needs the right to train.</summary>
    /// <returns>The id of the run.</returns>
    public Task<Guid> LaunchAsync(Guid userId, Guid projectId, LaunchRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What a run launched now would train on.</summary>
    public Task<Preflight> PreflightAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The project's runs, newest first.</summary>
    public Task<IReadOnlyList<RunSummary>> ListAsync(Guid userId, Guid projectId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<RunDetails> GetAsync(Guid userId, Guid runId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stops a run: a queued one at once, a running one within seconds. Needs the right to train.</summary>
    /// <param name="userId">Who asks.</param>
    /// <param name="runId">The run.</param>
    /// <param name="keepBest">Make a model version of the best epoch so far; else nothing is kept.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task CancelAsync(Guid userId, Guid runId, bool keepBest, CancellationToken cancellationToken) => throw new NotImplementedException();
}
