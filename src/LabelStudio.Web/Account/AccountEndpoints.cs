using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace LabelStudio.Web.Account;

public static class AccountEndpoints
{
    public static void MapAccount(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/account/logout", SignOutAsync);

    /// <summary>A form post with the page's antiforgery token: a link on another site must not sign anyone out.</summary>
    private static async Task<RedirectHttpResult> SignOutAsync(SignInManager<StudioUser> signIn, HttpContext context, Microsoft.AspNetCore.Antiforgery.IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(context);
        await signIn.SignOutAsync();
        return TypedResults.LocalRedirect("~/account/login");
    }
}
