using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>One headless Chromium and one signed-in page. Console errors and failed requests are kept: a test ends by asserting there were none.</summary>
public sealed class StudioBrowser : IAsyncDisposable
{
    private static readonly string[] ChromiumPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] QuietFlags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
        // Cut off from everything but the server: a page that asks for more than that fails its test.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private StudioBrowser(IPlaywright playwright, IBrowser browser, IBrowserContext context, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Context = context;
        Page = page;
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public IList<string> Errors { get; } = [];

    /// <summary>Where screenshots are kept as test output.</summary>
    public static string ScreenshotFolder { get; } =
        Path.Combine(StudioServer.Metadata("RepositoryRoot"), "TestResults", "screenshots");

    public static async Task<StudioBrowser> StartAsync(Uri address)
    {
        var path = ChromiumPaths.FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "No Chromium on this machine: install Debian's package 'chromium'.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = QuietFlags });
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = 1366, Height = 768 },
        });
        var page = await context.NewPageAsync();
        // Generous: the tests share two cores with what they test.
        page.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        var studio = new StudioBrowser(playwright, browser, context, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                studio.Errors.Add($"{message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => studio.Errors.Add(error);
        return studio;
    }

    /// <summary>Signs in through the real form.</summary>
    public async Task SignInAsync(string email, string password)
    {
        await Page.GotoAsync("/account/login");
        await new StudioSignIn(Page).SubmitAsync(email, password);
    }

    public async Task ScreenshotAsync(string name)
    {
        Directory.CreateDirectory(ScreenshotFolder);
        await Page.ScreenshotAsync(new() { Path = Path.Combine(ScreenshotFolder, name + ".png") });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
