namespace LabelStudio.Pipeline.Labelling;

/// <summary>A bulk job at work.</summary>
internal sealed class BulkJobRun : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public CancellationToken Stop => _stop.Token;

    /// <summary>Completes when the job has ended, however.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void Dispose() => _stop.Dispose();
}
