using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Hands out unlabelled images, each to one person at a time. Leases live in memory and end two minutes after the last heartbeat.</summary>
public sealed class LabellingQueue
{
    /// <param name="held">Images the page has already (shown, loaded ahead, or not yet saved): not handed out again, leases renewed.</param>
    public Task<IReadOnlyList<LabellingTask>> TakeAsync(
        Guid userId,
        Guid projectId,
        QueueOrder order,
        int count,
        IReadOnlyCollection<long> held,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task HeartbeatAsync(Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task ReleaseAsync(Guid userId, Guid projectId, IReadOnlyCollection<long> imageIds, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Leases one image to go back to; null when somebody else has it now or it is gone.</summary>
    public Task<LabellingTask?> LeaseAsync(Guid userId, Guid projectId, long imageId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
