using System.Threading.Channels;
using LabelStudio.Learning.Training;

namespace LabelStudio.Pipeline.Training;

/// <summary>
/// Checkpoints on their way to where any trainer finds them. The training thread puts the newest down and goes on; one that
/// is overtaken by the next is left out, as is one that cannot be kept: a run that is resumed then repeats an epoch.
/// </summary>
internal sealed class CheckpointPost : IAsyncDisposable
{
    /// <summary>Epochs of a second or less are not worth a checkpoint each.</summary>
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(1);

    private readonly Channel<TrainingCheckpoint> _newest =
        Channel.CreateBounded<TrainingCheckpoint>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly CancellationTokenSource _isLast = new();
    private readonly Task _sending;

    public CheckpointPost(IRunFiles files, Action<string> log, TimeProvider clock, CancellationToken drop) =>
        _sending = SendAsync(files, log, clock, drop);

    public void Put(TrainingCheckpoint checkpoint) => _newest.Writer.TryWrite(checkpoint);

    /// <summary>Waits until the last one has arrived, unless the run is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _newest.Writer.TryComplete();
        await _isLast.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isLast.Dispose();
    }

    private async Task SendAsync(IRunFiles files, Action<string> log, TimeProvider clock, CancellationToken drop)
    {
        await foreach (var checkpoint in _newest.Reader.ReadAllAsync(drop))
        {
            try
            {
                await files.KeepCheckpointAsync(checkpoint, drop);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log($"The checkpoint of epoch {checkpoint.Epoch} could not be kept; training goes on. {error.Message}");
            }
            await Task.Delay(MinimumInterval, clock, _isLast.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
