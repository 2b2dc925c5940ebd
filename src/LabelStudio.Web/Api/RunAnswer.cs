using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Api;

/// <summary>A training run in a list.</summary>
/// <param name="State">Queued, Preparing, Running, Stopping, Succeeded, Failed, Cancelled or Interrupted.</param>
public sealed record RunAnswer(Guid Id, string Name, string State, DateTime CreatedUtc, DateTime? StartedUtc, DateTime? EndedUtc, string? Failure, Guid? ModelVersionId, bool IsArchived)
{
    public static RunAnswer Of(RunSummary run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(run.Id, run.Name, run.State.ToString(), run.CreatedUtc, run.StartedUtc, run.EndedUtc, run.Failure, run.ModelVersionId, run.IsArchived);
    }
}
