namespace LabelStudio.Web.Worker;

/// <summary>What trainer and server agree on over HTTP.</summary>
public static class WorkerHeaders
{
    /// <summary>The trainer's name: a run answers only to the trainer that holds it.</summary>
    public const string Worker = "X-Studio-Worker";

    /// <summary>The environment variable in which a trainer is given its token.</summary>
    public const string TokenVariable = "STUDIO_WORKER_TOKEN";

    public static string RunAddress(Guid runId) => $"api/v1/worker/runs/{runId:D}";
}
