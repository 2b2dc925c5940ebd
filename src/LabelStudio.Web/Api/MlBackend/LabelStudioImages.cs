using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>
/// Fetches the pictures of tasks from the Label Studio of the settings, and from no other address: whoever writes a task
/// must not be able to send this server anywhere. Thread-safe.
/// </summary>
public sealed class LabelStudioImages : IDisposable
{
    private const int MostRedirects = 3;

    private readonly LabelStudioServerOptions _server;
    private readonly HttpClient _http;
    private string? _accessToken;
    private volatile string _told = "";

    public LabelStudioImages(IOptions<LabelStudioServerOptions> server, IOptions<StudioOptions> studio)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(studio);
        _server = server.Value;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(30),
            MaxResponseContentBufferSize = Math.Min(studio.Value.MaxImageBytes, int.MaxValue),
        };
    }

    private string Token => _server.Token.Length > 0 ? _server.Token : _told;

    // A personal token is a JSON web token, of three parts; it is exchanged for one that is good for some minutes.
    private bool IsPersonal => Token.Count(letter => letter == '.') == 2;

    /// <summary>
    /// Label Studio tells its address and a token when it looks at the backend. The token is used where the settings hold none,
    /// and only for the Label Studio of the settings: whoever may call must not choose where this server goes.
    /// </summary>
    public void TakeToken(string? hostname, string? token)
    {
        if (_server.Url is { } server && _server.Token.Length == 0 && !string.IsNullOrWhiteSpace(token)
            && Uri.TryCreate(hostname, UriKind.Absolute, out var told) && (told.Scheme, told.Host, told.Port) == (server.Scheme, server.Host, server.Port) && token != _told)
        {
            (_told, _accessToken) = (token, null);
        }
    }

    /// <summary>The picture file's bytes.</summary>
    /// <param name="address">As the task has it: a path of Label Studio, or a full address of it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConflictException">No Label Studio is set, it cannot be reached, or it takes our token no more: no picture can be had.</exception>
    /// <exception cref="InvalidRequestException">This picture cannot be had.</exception>
    public async Task<byte[]> FetchAsync(string address, CancellationToken cancellationToken)
    {
        var target = AddressOf(address);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var answer = await AskAsync(target, cancellationToken);
            switch (answer.StatusCode)
            {
                case HttpStatusCode.OK:
                    return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                case HttpStatusCode.Unauthorized:
                    throw Refused();
                // What a browser would be shown, some addresses show programs too.
                case >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest when answer.Headers.Location?.OriginalString.Contains("/user/login", StringComparison.Ordinal) == true:
                    throw Refused();
                case >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest when answer.Headers.Location is { } location:
                    target = AddressOf(new Uri(target, location).AbsoluteUri);
                    break;
                default:
                    throw new InvalidRequestException($"Label Studio answers {(int)answer.StatusCode} for '{target.AbsolutePath}'. Look whether the task's picture is still there.");
            }
        }

        throw new InvalidRequestException($"Label Studio leads '{address}' from one address to the next. Look where it keeps the picture.");
    }

    public void Dispose() => _http.Dispose();

    private Uri AddressOf(string address)
    {
        var server = _server.Url ?? throw new ConflictException($"No Label Studio is set, so pictures of tasks can't be fetched. Set {LabelStudioServerOptions.Section}:Url and :Token, then ask again.");
        // A backslash would be read as a slash, and "//host" as another host: both only by looking at the finished address.
        return Uri.TryCreate(server, address, out var target)
            && (target.Scheme, target.Host, target.Port) == (server.Scheme, server.Host, server.Port)
            ? target
            : throw new InvalidRequestException($"The picture '{address}' does not lie on {server.Authority}, and is fetched from nowhere else. Keep the project's images in Label Studio.");
    }

    private async Task<HttpResponseMessage> AskAsync(Uri target, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(target, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Unauthorized || !IsPersonal)
        {
            return answer;
        }

        // The exchanged token is good for some minutes only.
        answer.Dispose();
        _accessToken = null;
        return await SendAsync(target, cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(Uri target, CancellationToken cancellationToken) => ReachAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Authorization = Token.Length == 0 ? null
            : IsPersonal ? new AuthenticationHeaderValue("Bearer", _accessToken ??= await ExchangeAsync(cancellationToken))
            : new AuthenticationHeaderValue("Token", Token);
        return await _http.SendAsync(request, cancellationToken);
    }, cancellationToken);

    private async Task<string> ExchangeAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(_server.Url!, "/api/token/refresh/"), new { refresh = Token }, cancellationToken);
        return answer.IsSuccessStatusCode && await AccessTokenOfAsync(answer, cancellationToken) is { Length: > 0 } token ? token : throw Refused();
    }

    /// <summary>Null: what answers there is no Label Studio.</summary>
    private static async Task<string?> AccessTokenOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("access", out var access) && access.ValueKind == JsonValueKind.String
                ? access.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> ReachAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send();
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new InvalidRequestException("The picture is larger than this server takes in. Make it smaller.", error);
        }
        catch (HttpRequestException error)
        {
            throw new ConflictException($"Label Studio at {_server.Url} can't be reached: {error.Message} Look whether it runs and whether {LabelStudioServerOptions.Section}:Url is right.", error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InvalidRequestException("Label Studio took too long to give the picture. Try again.", error);
        }
    }

    private ConflictException Refused() =>
        new($"Label Studio at {_server.Url} does not take the token of {LabelStudioServerOptions.Section}:Token. Make a new one there and set it here.");
}
