using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>A running server and a browser in which its administrator is signed in.</summary>
public sealed class StudioSession : IAsyncDisposable
{
    private readonly bool _ownsServer;

    private StudioSession(StudioServer server, StudioBrowser browser, bool ownsServer) =>
        (Server, Browser, Steps, _ownsServer) = (server, browser, new StudioSteps(browser.Page), ownsServer);

    public StudioServer Server { get; }

    public StudioBrowser Browser { get; }

    public StudioSteps Steps { get; }

    public IPage Page => Browser.Page;

    public static Task<StudioSession> StartAsync(CancellationToken cancel) => StartAsync(new StudioServer(trains: true), cancel);

    /// <summary>For everything that launches no run: the server starts no trainer, whose start costs as much as its own.</summary>
    public static Task<StudioSession> StartWithoutTrainerAsync(CancellationToken cancel) => StartAsync(new StudioServer(trains: false), cancel);

    public static async Task<StudioSession> StartAsync(SharedServer shared, CancellationToken cancel)
    {
        var server = await shared.StartedAsync(cancel);
        return new StudioSession(server, await SignedInAsync(server), ownsServer: false);
    }

    private static async Task<StudioSession> StartAsync(StudioServer server, CancellationToken cancel)
    {
        try
        {
            await server.StartAsync(cancel);
            return new StudioSession(server, await SignedInAsync(server), ownsServer: true);
        }
        catch
        {
            // A machine without Chromium skips the test: nothing may stay behind.
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task<StudioBrowser> SignedInAsync(StudioServer server)
    {
        var browser = await StudioBrowser.StartAsync(server.Address);
        try
        {
            await browser.SignInAsync(StudioServer.AdministratorEmail, StudioServer.AdministratorPassword);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        if (_ownsServer)
        {
            await Server.DisposeAsync();
        }
    }
}
