namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>
/// One server, without a trainer, for all tests that neither stop it nor launch a run: each has a project and a browser
/// profile of its own on it. Starts with the first of them.
/// </summary>
public sealed class SharedServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private StudioServer? _server;

    public async Task<StudioServer> StartedAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_server is null)
            {
                var server = new StudioServer(trains: false);
                await server.StartAsync(cancel);
                _server = server;
            }

            return _server;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
