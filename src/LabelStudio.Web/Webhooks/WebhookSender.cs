using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Webhooks;

/// <summary>Posts a message to a webhook, signed where it has a secret. Redirects are not followed. Thread-safe.</summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>HMAC-SHA256 of the body with the secret, as <c>sha256=</c> and hexadecimal.</summary>
    public const string SignatureHeader = "X-LSN-Signature";

    /// <summary>What happened, as in the message.</summary>
    public const string EventHeader = "X-LSN-Event";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Sends once.</summary>
    /// <returns>Why it was not taken, for people; null: it was.</returns>
    public async Task<string?> SendAsync(RunWebhook webhook, RunMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(webhook);
        ArgumentNullException.ThrowIfNull(message);
        // The address itself may hold a secret, so the run's log names the host alone.
        var (target, body) = (new Uri(webhook.Url), JsonSerializer.SerializeToUtf8Bytes(message, s_json));
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
        request.Headers.Add(EventHeader, message.Event);
        if (webhook.Secret is { } secret)
        {
            request.Headers.Add(SignatureHeader, SignatureOf(secret, body));
        }

        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"{target.Authority} answered {(int)answer.StatusCode}.";
        }
        catch (HttpRequestException error)
        {
            return $"{target.Authority} can't be reached: {error.Message}";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{target.Authority} did not answer within {_http.Timeout.TotalSeconds:0} seconds.";
        }
    }

    /// <summary>What a receiver computes to know that the message is from here.</summary>
    public static string SignatureOf(string secret, byte[] body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    public void Dispose() => _http.Dispose();
}
