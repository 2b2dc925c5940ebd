using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Worker;

/// <summary>One run in a trainer's hands, from the claim until it is handed in, failed, dropped or abandoned.</summary>
internal sealed class HeldRun : IDisposable
{
    private readonly WorkerConnection _connection;
    private readonly TrainerOptions _options;
    private readonly RunAssignment _assignment;
    private readonly ComputeDevice _device;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _keepBest = new();
    private readonly CancellationTokenSource _drop = new();
    private readonly CancellationTokenSource _pause = new();
    private readonly EventOutbox _outbox;
    private volatile bool _isAbandoned;

    public HeldRun(
        WorkerConnection connection, TrainerOptions options, RunAssignment assignment, ComputeDevice device, TimeProvider clock, ILogger log)
    {
        (_connection, _options, _assignment, _device, _clock, _log) = (connection, options, assignment, device, clock, log);
        _outbox = new EventOutbox(SendAsync, Obey, clock, log);
    }

    public void Dispose()
    {
        _keepBest.Dispose();
        _drop.Dispose();
        _pause.Dispose();
    }

    public async Task RunAsync(CancellationToken stoppingToken)
    {
        using var pumping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _connection.Ordered += OnOrdered;
        var pump = _outbox.PumpAsync(pumping.Token);
        try
        {
            await FinishAsync(pumping, pump, stoppingToken);
        }
        finally
        {
            _connection.Ordered -= OnOrdered;
            await pumping.CancelAsync();
            await pump;
        }
    }

    private async Task FinishAsync(CancellationTokenSource pumping, Task pump, CancellationToken stoppingToken)
    {
        try
        {
            await ExecuteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (_drop.IsCancellationRequested)
        {
            await TellAsync(_isAbandoned ? null : token => _connection.CancelledAsync(_assignment.RunId, token), stoppingToken);
        }
        catch (OperationCanceledException) when (_pause.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            await EndAsync(token => _connection.PausedAsync(_assignment.RunId, token));
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            _log.LogError(error, "Run {RunId} failed", _assignment.RunId);
            var reason = (error as RunFailedException)?.Reason;
            await EndAsync(token => _connection.FailAsync(_assignment.RunId, MessageOf(error), reason, token));
        }

        // Nothing that was reported may come after the end.
        async Task EndAsync(Func<CancellationToken, Task> tell)
        {
            await pumping.CancelAsync();
            await pump;
            await TellAsync(
                async token =>
                {
                    await _outbox.FlushAsync(token);
                    await tell(token);
                },
                stoppingToken);
        }
    }

    /// <summary>Its folder is gone before anything is told of the end: on a full disk the server may need the room to note it.</summary>
    private async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_options.WorkFolder, _assignment.RunId.ToString("D"))).FullName;
        try
        {
            await ExecuteAsync(folder, stoppingToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task ExecuteAsync(string folder, CancellationToken stoppingToken)
    {
        var files = new HttpRunFiles(_connection.Http, _assignment.RunId, folder, _clock, _log);
        var execution = new RunExecution(files, _device, _clock);
        var options = new RunOptions(folder, StudioPaths.ShippedBackbones, OpenEmbedder) { MostFeatureBytes = _options.MostFeatureBytes };
        var result = await execution.ExecuteAsync(_assignment, options, _outbox.Add, new RunStop(_keepBest.Token, _drop.Token, _pause.Token), stoppingToken);
        if (result is null)
        {
            await _drop.CancelAsync();
            _drop.Token.ThrowIfCancellationRequested();
        }
        Log("Testing the model and packing it.");
        var model = Path.Combine(folder, "model");
        ModelPackage.Write(model, result!, _clock.GetUtcNow().UtcDateTime);
        _drop.Token.ThrowIfCancellationRequested();
        await _outbox.FlushAsync(stoppingToken);
        await files.HandInAsync(model, result!.Reason, _drop.Token);
        _log.LogInformation("Run {RunId} is handed in", _assignment.RunId);
    }

    private IEmbedder OpenEmbedder(BackboneDescriptor backbone, string weightsPath, int sidePx) => ExtractorFolder.IsIn(weightsPath)
        ? ExtractorEmbedder.Open(weightsPath, _options.Threads)
        : OnnxEmbedder.Open(backbone, weightsPath, Path.Combine(_options.WorkFolder, "graphs"), sidePx, _options.Threads);

    private void Log(string text) => _outbox.Add(new LogWritten(text) { AtUtc = _clock.GetUtcNow().UtcDateTime });

    private Task<RunOrder> SendAsync(long firstNumber, string[] events, CancellationToken cancellationToken) => events.Length == 0
        ? _connection.HeartbeatAsync(_assignment.RunId, cancellationToken)
        : _connection.PublishAsync(_assignment.RunId, firstNumber, events, cancellationToken);

    private void OnOrdered(Guid runId, RunOrder order)
    {
        if (runId == _assignment.RunId)
        {
            Obey(order);
        }
    }

    private void Obey(RunOrder order)
    {
        switch (order)
        {
            case RunOrder.Pause:
                _pause.Cancel();
                break;
            case RunOrder.StopAndKeepBest:
                _keepBest.Cancel();
                break;
            case RunOrder.StopAndDrop:
                _drop.Cancel();
                break;
            case RunOrder.Abandon:
                _isAbandoned = true;
                _drop.Cancel();
                break;
            case RunOrder.Continue:
                break;
        }
    }

    /// <summary>The last word on a run must arrive; the line may be cut just now.</summary>
    private async Task TellAsync(Func<CancellationToken, Task>? tell, CancellationToken stoppingToken)
    {
        if (tell is null)
        {
            return;
        }
        for (var attempt = 0L; attempt < 10; attempt++)
        {
            try
            {
                await tell(stoppingToken);
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                _log.LogWarning("The end of run {RunId} could not be told: {Reason}", _assignment.RunId, error.Message);
                await Task.Delay(PatientRetry.WaitBefore(attempt), _clock, stoppingToken);
            }
        }
    }

    private string MessageOf(Exception error) => error switch
    {
        RunFailedException or DeviceMemoryException => error.Message,
        _ when DiskSpace.IsFull(error) => $"{DiskSpace.FullMessage(_options.WorkFolder)} Then resume the run.",
        OperationCanceledException => "The server did not answer in time. Resume the run.",
        HttpRequestException => $"The line to the server broke: {error.Message} Resume the run.",
        _ => $"The trainer failed: {error.Message} Its log holds the details.",
    };
}
