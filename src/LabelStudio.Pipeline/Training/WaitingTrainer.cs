namespace LabelStudio.Pipeline.Training;

/// <summary>A trainer that claims no run because its device trains one for another trainer.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Place">The machine and the device on it.</param>
/// <param name="BusyRunId">The run that the device trains; empty: one is being claimed just now.</param>
public sealed record WaitingTrainer(string Worker, string Device, string Place, Guid BusyRunId)
{
    /// <summary>Why it waits, for people.</summary>
    public string Reason => $"Trainer '{Worker}' waits: {Device} ({Place}) trains a run for another trainer already, and a device trains one run at a time.";
}
