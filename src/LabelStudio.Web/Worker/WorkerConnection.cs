using LabelStudio.Learning.Native;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Hubs;
using Microsoft.AspNetCore.SignalR.Client;

namespace LabelStudio.Web.Worker;

/// <summary>A trainer's line to its server: calls and orders by SignalR, files by HTTP, under one token and name.</summary>
internal sealed class WorkerConnection : IAsyncDisposable
{
    private readonly TrainerOptions _options;
    private readonly HubConnection _hub;
    private readonly TimeProvider _clock;
    private readonly ILogger<WorkerConnection> _log;

    public WorkerConnection(TrainerOptions options, TimeProvider clock, ILogger<WorkerConnection> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _hub = new HubConnectionBuilder()
            .WithUrl(new Uri(options.Server, WorkerHub.Path.TrimStart('/')), http => http.AccessTokenProvider = () => Task.FromResult<string?>(options.Token))
            .WithAutomaticReconnect(new PatientRetry())
            .Build();
        _hub.On(nameof(IWorkerClient.WorkAvailable), () => WorkAvailable?.Invoke());
        _hub.On<Guid, RunOrder>(nameof(IWorkerClient.Order), (runId, order) => Ordered?.Invoke(runId, order));
        Http = new HttpClient { BaseAddress = options.Server, Timeout = TimeSpan.FromMinutes(30) };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", options.Token);
        Http.DefaultRequestHeaders.Add(WorkerHeaders.Worker, options.Name);
    }

    public event Action? WorkAvailable;

    public event Action<Guid, RunOrder>? Ordered;

    public HttpClient Http { get; }

    /// <summary>Connects, however long that takes.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0L; ; attempt++)
        {
            try
            {
                await _hub.StartAsync(cancellationToken);
                _log.LogInformation("Connected to {Server} as '{Name}'", _options.Server, _options.Name);
                return;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException or InvalidOperationException)
            {
                var wait = PatientRetry.WaitBefore(attempt);
                _log.LogWarning("The server {Server} cannot be reached ({Reason}); the next try is in {Wait:0.0} s", _options.Server, error.Message, wait.TotalSeconds);
                await Task.Delay(wait, _clock, cancellationToken);
            }
        }
    }

    public Task<RunAssignment?> ClaimAsync(ComputeDevice device, CancellationToken cancellationToken) =>
        _hub.InvokeAsync<RunAssignment?>(nameof(WorkerHub.Claim), _options.Name, device.Name, _options.PlaceOf(device), cancellationToken);

    public Task<RunOrder> PublishAsync(Guid runId, long firstNumber, string[] events, CancellationToken cancellationToken) =>
        _hub.InvokeAsync<RunOrder>(nameof(WorkerHub.Publish), runId, _options.Name, firstNumber, events, cancellationToken);

    public Task<RunOrder> HeartbeatAsync(Guid runId, CancellationToken cancellationToken) =>
        _hub.InvokeAsync<RunOrder>(nameof(WorkerHub.Heartbeat), runId, _options.Name, cancellationToken);

    public Task FailAsync(Guid runId, string message, StopReason? reason, CancellationToken cancellationToken) =>
        _hub.InvokeAsync(nameof(WorkerHub.Fail), runId, _options.Name, message, reason, cancellationToken);

    public Task PausedAsync(Guid runId, CancellationToken cancellationToken) =>
        _hub.InvokeAsync(nameof(WorkerHub.Paused), runId, _options.Name, cancellationToken);

    public Task CancelledAsync(Guid runId, CancellationToken cancellationToken) =>
        _hub.InvokeAsync(nameof(WorkerHub.Cancelled), runId, _options.Name, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Http.Dispose();
    }
}
