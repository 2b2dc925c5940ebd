using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Api;

/// <summary>A training run with its settings and its finished epochs.</summary>
/// <param name="ClassIds">What it learned: classes, and behind them combinations of classes.</param>
/// <param name="LeftOutClassIds">The same of those that could have been trained and were not chosen.</param>
/// <param name="MemberIds">Of each combination in the two lists its classes; without any it is of images that show none. A class is not in it.</param>
/// <param name="ExemplarImageIds">Images of old classes that a limited rehearsal memory shows again.</param>
public sealed record RunDetailsAnswer(
    Guid Id,
    string Name,
    string Note,
    IReadOnlyList<string> Tags,
    string State,
    TrainingPlan Plan,
    IReadOnlyList<Guid> ClassIds,
    IReadOnlyList<Guid> LeftOutClassIds,
    IReadOnlyDictionary<Guid, IReadOnlyList<Guid>> MemberIds,
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
            run.Classes.Concat(run.LeftOut).Where(item => item.IsCombination).ToDictionary(item => item.Id, item => item.MemberIds!),
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
