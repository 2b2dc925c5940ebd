using System.Security.Claims;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LabelStudio.Web.Api;

/// <summary>A person's own keys: command to keys, those only that differ from the usual ones.</summary>
public static class KeymapEndpoints
{
    public static IEndpointRouteBuilder MapKeymap(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/keymap", GetAsync).RequireAuthorization();
        app.MapPost("/api/v1/keymap", SetAsync).RequireAuthorization();
        return app;
    }

    private static async Task<Ok<IReadOnlyDictionary<string, string[]>>> GetAsync(
        ClaimsPrincipal user, UserKeymaps keymaps, CancellationToken cancellationToken) =>
        TypedResults.Ok(await keymaps.GetAsync(user.UserId(), cancellationToken));

    private static async Task<NoContent> SetAsync(
        Dictionary<string, string[]> keys, ClaimsPrincipal user, UserKeymaps keymaps, CancellationToken cancellationToken)
    {
        await keymaps.SetAsync(user.UserId(), keys, cancellationToken);
        return TypedResults.NoContent();
    }
}
