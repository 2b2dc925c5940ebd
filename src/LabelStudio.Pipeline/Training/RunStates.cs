namespace LabelStudio.Pipeline.Training;

/// <summary>Questions about <see cref="RunState"/>.</summary>
public static class RunStates
{
    /// <summary>Nothing happens in the run any more, unless somebody resumes it.</summary>
    public static bool IsEnded(this RunState state) =>
        state is RunState.Succeeded or RunState.Failed or RunState.Cancelled or RunState.Interrupted;

    /// <summary>The run may be taken up again where it stopped.</summary>
    public static bool CanGoOn(this RunState state) => state is RunState.Paused or RunState.Interrupted or RunState.Failed;

    /// <summary>A trainer holds the run.</summary>
    public static bool IsHeld(this RunState state) => state is RunState.Preparing or RunState.Running or RunState.Stopping;
}
