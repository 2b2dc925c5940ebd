namespace LabelStudio.Web.Worker;

/// <summary>How the server's own trainer is.</summary>
/// <param name="IsRunning">Its process lives.</param>
/// <param name="Deaths">How often it ended unexpectedly since the server started.</param>
/// <param name="Message">What people should know; null: all is well.</param>
public sealed record LocalTrainerStatus(bool IsRunning, int Deaths, string? Message)
{
    /// <summary>Its process; null while it does not run.</summary>
    public int? ProcessId { get; init; }
}
