using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Worker;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Account;

/// <summary>Signs programs in by <c>Authorization: Bearer lsn_…</c> (or <c>Token lsn_…</c>), where an endpoint says so also by HTTP Basic.</summary>
public sealed class AccessTokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokens tokens,
    LocalWorkerToken localWorker)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "AccessToken";

    private const string Basic = "Basic ";

    private static readonly string[] Prefixes = ["Bearer ", "Token "];

    /// <summary>Only a token opens the endpoint of this request.</summary>
    public static bool IsDemandedBy(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<TokenAsPassword>() is not null;
    }

    /// <summary>The token of the request; null: it brings none. Web sockets of browsers can't set headers, hence the query of hubs.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        foreach (var prefix in Prefixes)
        {
            if (header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return header[prefix.Length..].Trim();
            }
        }

        if (header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) && IsDemandedBy(request.HttpContext))
        {
            return PasswordOf(header[Basic.Length..].Trim());
        }

        var query = request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) ? request.Query["access_token"].ToString() : "";
        return query.Length > 0 ? query : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenOf(Request) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        if (localWorker.Matches(token))
        {
            return Succeed(new ValidatedToken(Guid.Empty, Guid.Empty, AccessScopes.Worker));
        }

        if (await tokens.ValidateAsync(token, Context.RequestAborted) is not { } valid)
        {
            return AuthenticateResult.Fail("The access token is unknown, expired or revoked.");
        }

        return Succeed(valid);
    }

    private static AuthenticateResult Succeed(ValidatedToken valid)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, valid.UserId.ToString()),
                new Claim(StudioClaims.Scopes, valid.Scopes.ToString()),
            ],
            SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = IsDemandedBy(Context) ? "Basic realm=\"LabelStudio.Net\"" : "Bearer";
        return base.HandleChallengeAsync(properties);
    }

    private static string? PasswordOf(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? pair[(colon + 1)..] : null;
    }
}
