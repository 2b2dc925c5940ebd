using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Hubs;

/// <summary>What the server tells a trainer.</summary>
public interface IWorkerClient
{
    /// <summary>A run was queued: claim it.</summary>
    Task WorkAvailable();

    /// <summary>Do this with the run you hold.</summary>
    Task Order(Guid runId, RunOrder order);
}
