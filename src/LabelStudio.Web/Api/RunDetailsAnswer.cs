using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Api;

/// <summary>A training run with its settings and its finished epochs.</summary>
public sealed record RunDetailsAnswer(
    Guid Id,
    string Name,
    string State,
    TrainingPlan Plan,
    Guid? ParentModelId,
    DateTime CreatedUtc,
    DateTime? StartedUtc,
    DateTime? EndedUtc,
    string? Failure,
    string? Device,
    Guid? ModelVersionId,
    long LastSequence,
    IReadOnlyList<EpochAnswer> Epochs)
{
    public static RunDetailsAnswer Of(RunDetails run, RunView view)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(view);
        return new(
            run.Id,
            run.Name,
            run.State.ToString(),
            run.Plan,
            run.ParentModelId,
            run.CreatedUtc,
            run.StartedUtc,
            run.EndedUtc,
            run.Failure,
            run.Device,
            run.ModelVersionId,
            view.LastSequence,
            [.. view.Epochs.Select(EpochAnswer.Of)]);
    }
}
