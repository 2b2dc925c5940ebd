using System.Globalization;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Pages.Training;

/// <summary>A run among those of all projects.</summary>
/// <param name="View">Its live picture; null for one that no trainer holds.</param>
/// <param name="CanTrain">Whoever looks may pause, resume and cancel it.</param>
public sealed record AllRunsLine(Guid ProjectId, string ProjectName, RunSummary Run, RunView? View, bool CanTrain)
{
    public bool CanPause => CanTrain && Run.State is RunState.Queued or RunState.Preparing or RunState.Running;

    public bool CanCancel => CanTrain && !Run.State.IsEnded() && Run.State != RunState.Stopping;

    public bool CanResume => CanTrain && Run.CanResume;

    public string ProgressText(DateTime nowUtc)
    {
        if (View is { Epochs.Count: var done, Started.Epochs: var all })
        {
            var left = View.Epochs.Count > 0 && double.IsFinite(View.Epochs[^1].SecondsLeft)
                ? $", {Figures.Duration(TimeSpan.FromSeconds(View.Epochs[^1].SecondsLeft))} left"
                : "";
            return string.Create(CultureInfo.CurrentCulture, $"epoch {done} of {all}{left}");
        }

        return Run switch
        {
            { QueuePosition: { } position } => RunText.InLine(position),
            { StartedUtc: { } started, EndedUtc: { } ended } => $"took {Figures.Duration(ended - started)}",
            { StartedUtc: { } started } => $"since {Figures.Duration(nowUtc - started)}",
            _ => "–",
        };
    }
}
