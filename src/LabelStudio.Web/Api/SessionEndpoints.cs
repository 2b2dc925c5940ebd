using System.Security.Claims;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LabelStudio.Web.Api;

/// <summary>
/// Lets a page that outlived its sign-in go on: who is signed in now, and a fresh antiforgery token. Other sites cannot
/// read the answer.
/// </summary>
public static class SessionEndpoints
{
    public static IEndpointRouteBuilder MapSession(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/session", Session).RequireAuthorization();
        return app;
    }

    private static Ok<SessionAnswer> Session(HttpContext context, ClaimsPrincipal user, IAntiforgery antiforgery)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SessionAnswer(user.UserId(), antiforgery.GetAndStoreTokens(context).RequestToken));
    }
}
