using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>A Label Studio that keeps pictures for those who bring its token, on a port of its own.</summary>
internal sealed class FakeLabelStudio : IAsyncDisposable
{
    public const string LegacyToken = "0123456789abcdef0123456789abcdef01234567";
    public const string PersonalToken = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln";

    private readonly WebApplication _app;
    private int _exchanges;

    private FakeLabelStudio(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What was asked for: path and the kind of sign-in.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>Where a path leads instead of answering.</summary>
    public ConcurrentDictionary<string, string> Redirects { get; } = new();

    /// <summary>Paths that the token's owner may not see.</summary>
    public ConcurrentDictionary<string, bool> Closed { get; } = new();

    /// <summary>What the exchange of a personal token answers; null: as it should.</summary>
    public string? Exchanged { get; set; }

    /// <summary>How often a personal token was exchanged; only the newest one is good.</summary>
    public int Exchanges => Volatile.Read(ref _exchanges);

    public static async Task<FakeLabelStudio> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var fake = new FakeLabelStudio(builder.Build());
        fake._app.Run(fake.AnswerAsync);
        await fake._app.StartAsync(cancellationToken);
        return fake;
    }

    /// <summary>Makes the token that was exchanged last worth nothing.</summary>
    public void Expire() => Interlocked.Increment(ref _exchanges);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (path, signIn) = (context.Request.Path.Value!, context.Request.Headers.Authorization.ToString());
        Requests.Enqueue($"{path} {signIn.Split(' ')[0]}".TrimEnd());
        if (path == "/api/token/refresh/" && Exchanged is { } text)
        {
            await context.Response.WriteAsync(text);
        }
        else if (path == "/api/token/refresh/")
        {
            var body = await context.Request.ReadFromJsonAsync<JsonElement>();
            context.Response.StatusCode = body.GetProperty("refresh").GetString() == PersonalToken ? 200 : 401;
            await context.Response.WriteAsJsonAsync(new { access = $"access-{Interlocked.Increment(ref _exchanges)}" });
        }
        else if (signIn != $"Token {LegacyToken}" && signIn != $"Bearer access-{Exchanges}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (Closed.ContainsKey(path))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (Redirects.TryGetValue(path, out var target))
        {
            context.Response.Redirect(target);
        }
        else if (Files.TryGetValue(path, out var file))
        {
            await context.Response.Body.WriteAsync(file);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
