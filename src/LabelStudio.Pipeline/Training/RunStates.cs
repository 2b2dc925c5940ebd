namespace LabelStudio.Pipeline.Training;

/// <summary>Questions about <see cref="RunState"/>.</summary>
public static class RunStates
{
    /// <summary>The run will not change any more.</summary>
    public static bool IsEnded(this RunState state) =>
        state is RunState.Succeeded or RunState.Failed or RunState.Cancelled or RunState.Interrupted;

    /// <summary>A trainer holds the run.</summary>
    public static bool IsHeld(this RunState state) => state is RunState.Preparing or RunState.Running or RunState.Stopping;
}
