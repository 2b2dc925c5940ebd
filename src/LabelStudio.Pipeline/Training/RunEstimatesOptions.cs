namespace LabelStudio.Pipeline.Training;

/// <summary>How the cost of training is measured.</summary>
public sealed class RunEstimatesOptions
{
    /// <summary>Threads of the trainer on this machine, which are fewer than the server has: with all cores an estimate would be too short. Default: one.</summary>
    public int Threads { get; set; } = 1;
}
