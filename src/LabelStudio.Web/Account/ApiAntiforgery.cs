using Microsoft.AspNetCore.Antiforgery;

namespace LabelStudio.Web.Account;

/// <summary>
/// Writing calls to the API that are signed in by the browser's cookie must carry the page's antiforgery token: by path,
/// so that no endpoint can forget it. Programs sign in by token, which no foreign page can send.
/// </summary>
public sealed class ApiAntiforgery(RequestDelegate next, IAntiforgery antiforgery)
{
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = context.Request;
        var isWrite = !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method));
        var isCookie = context.User.Identity is { IsAuthenticated: true } && context.User.TokenScopes() is null;
        if (isWrite && isCookie && request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            && !await antiforgery.IsRequestValidAsync(context))
        {
            // A page that outlived its sign-in fetches a fresh token when it sees this, and tries once more.
            context.Response.Headers["X-Antiforgery"] = "refused";
            await TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest,
                title: "The request does not come from an open page.",
                detail: "Send the page's antiforgery token in the header 'RequestVerificationToken', or sign in with an access token. If a page shows this, reload it.")
                .ExecuteAsync(context);
            return;
        }

        await next(context);
    }
}
