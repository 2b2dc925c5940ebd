using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>A running server and a browser in which its administrator is signed in.</summary>
public sealed class StudioSession : IAsyncDisposable
{
    private StudioSession(StudioServer server, StudioBrowser browser) =>
        (Server, Browser, Steps) = (server, browser, new StudioSteps(browser.Page));

    public StudioServer Server { get; }

    public StudioBrowser Browser { get; }

    public StudioSteps Steps { get; }

    public IPage Page => Browser.Page;

    public static Task<StudioSession> StartAsync(CancellationToken cancel) => StartAsync(new StudioServer(trains: true), cancel);

    /// <summary>For everything that launches no run: the server starts no trainer, whose start costs as much as its own.</summary>
    public static Task<StudioSession> StartWithoutTrainerAsync(CancellationToken cancel) => StartAsync(new StudioServer(trains: false), cancel);

    private static async Task<StudioSession> StartAsync(StudioServer server, CancellationToken cancel)
    {
        StudioBrowser? browser = null;
        try
        {
            await server.StartAsync(cancel);
            browser = await StudioBrowser.StartAsync(server.Address);
            await browser.SignInAsync(StudioServer.AdministratorEmail, StudioServer.AdministratorPassword);
            return new StudioSession(server, browser);
        }
        catch
        {
            // A machine without Chromium skips the test: nothing may stay behind.
            if (browser is not null)
            {
                await browser.DisposeAsync();
            }

            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Server.DisposeAsync();
    }
}
