using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Api;

/// <summary>A training run with its settings and its finished epochs.</summary>
public sealed record RunDetailsAnswer(
    Guid Id,
    string Name,
    string Note,
    IReadOnlyList<string> Tags,
    string State,
    TrainingPlan Plan,
    IReadOnlyList<Guid> ClassIds,
    IReadOnlyList<Guid> LeftOutClassIds,
    Guid? ParentModelId,
    DateTime CreatedUtc,
    DateTime? StartedUtc,
    DateTime? EndedUtc,
    string? Failure,
    string? Device,
    RunEnvironment? Environment,
    Guid? ModelVersionId,
    long LastSequence,
    IReadOnlyList<EpochAnswer> Epochs,
    IReadOnlyList<LaunchCheck>? Checks,
    IReadOnlyList<long> ExemplarImageIds)
{
    public static RunDetailsAnswer Of(RunDetails run, RunView view, IReadOnlyList<RunExemplar> exemplars)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(exemplars);
        return new(
            run.Id,
            run.Name,
            run.Notes.Note,
            run.Notes.Tags,
            run.State.ToString(),
            run.Plan,
            [.. run.Classes.Select(item => item.Id)],
            [.. run.LeftOut.Select(item => item.Id)],
            run.ParentModelId,
            run.CreatedUtc,
            run.StartedUtc,
            run.EndedUtc,
            run.Failure,
            run.Device,
            view.Started?.Environment,
            run.ModelVersionId,
            view.LastSequence,
            [.. view.Epochs.Select(EpochAnswer.Of)],
            run.Checks,
            [.. exemplars.Select(exemplar => exemplar.ImageId)]);
    }
}
