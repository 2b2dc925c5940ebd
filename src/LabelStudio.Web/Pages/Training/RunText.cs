using LabelStudio.Learning.Memory;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Words for the states and endings of runs.</summary>
public static class RunText
{
    public static string Of(RunState state) => state switch
    {
        RunState.Queued => "Queued",
        RunState.Preparing => "Preparing",
        RunState.Running => "Running",
        RunState.Paused => "Paused",
        RunState.Stopping => "Stopping",
        RunState.Succeeded => "Succeeded",
        RunState.Failed => "Failed",
        RunState.Cancelled => "Cancelled",
        RunState.Interrupted => "Interrupted",
        _ => state.ToString(),
    };

    public static string Of(TrainedLayers layers, int lastStages) => layers switch
    {
        TrainedLayers.HeadOnly => "Head only",
        TrainedLayers.LastStages => $"Head and last {lastStages} stages",
        TrainedLayers.Whole => "Whole network",
        _ => layers.ToString(),
    };

    public static string Of(TrainedLayers layers) => layers switch
    {
        TrainedLayers.HeadOnly => "Head only",
        TrainedLayers.LastStages => "Head and last stages",
        TrainedLayers.Whole => "Whole network",
        _ => layers.ToString(),
    };

    public static string Of(RehearsalMemory memory) => memory switch
    {
        RehearsalMemory.All => "All old images",
        RehearsalMemory.Herding => "Exemplars by herding",
        RehearsalMemory.Random => "Exemplars by chance",
        RehearsalMemory.NearestMean => "Exemplars nearest the mean",
        _ => memory.ToString(),
    };

    /// <param name="position">1 is next.</param>
    public static string InLine(int position) => position == 1 ? "next" : $"{position} in line";

    /// <param name="reason">Why it ended.</param>
    /// <param name="patience">The plan's.</param>
    /// <param name="madeModel">There is a model of it.</param>
    public static string Of(StopReason reason, int patience, bool madeModel) => reason switch
    {
        StopReason.Completed => "all epochs were run",
        StopReason.PatienceExhausted => $"no higher macro-F1 on validation for {patience} epochs",
        StopReason.UserStopped => "stopped by a person" + KeptText(madeModel),
        StopReason.TimeLimit => "the time limit was reached" + KeptText(madeModel),
        StopReason.Paused => "paused by a person",
        StopReason.LossNotFinite => "the loss became infinite: lower the learning rate",
        _ => reason.ToString(),
    };

    /// <summary>How many classes a run has; a combination of them is none.</summary>
    public static string Classes(RunDetails run, bool saysNew)
    {
        ArgumentNullException.ThrowIfNull(run);
        var isNew = saysNew && run.ParentModelId is not null ? run.Classes.Count(item => item is { IsCombination: false, IsNew: true }) : 0;
        var combinations = run.Classes.Count(item => item.IsCombination);
        return Figures.Count(run.Classes.Count - combinations)
            + (isNew > 0 ? $", {Figures.Count(isNew)} new" : "")
            + (combinations > 0 ? $"{(isNew > 0 ? "," : "")} and {Combinations(combinations)}" : "");
    }

    /// <summary>The classes that could have been trained and were not chosen; null: all were. Their combinations are out with them.</summary>
    public static string? LeftOut(RunDetails run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var combinations = run.LeftOut.Count(item => item.IsCombination);
        string[] parts =
        [
            .. run.LeftOut.Where(item => !item.IsCombination).Select(item => item.Name),
            .. combinations > 0 ? [Combinations(combinations)] : Array.Empty<string>(),
        ];
        return parts is [] ? null : string.Join(", ", parts);
    }

    public static string Combinations(int count) => Figures.Count(count, "combination of classes", "combinations of classes");

    private static string KeptText(bool madeModel) => madeModel ? ", best epoch kept" : "";
}
