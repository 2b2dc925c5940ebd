using System.Security.Claims;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Account;

/// <summary>Reads the signed-in person from a principal, in endpoints and hubs.</summary>
public static class StudioPrincipal
{
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint lacks its policy.</exception>
    public static Guid UserId(this ClaimsPrincipal principal) =>
        principal.FindUserId() ?? throw new InvalidOperationException("The caller is not signed in.");

    public static Guid? FindUserId(this ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    /// <summary>Null for a person in a browser; what an access token is limited to otherwise.</summary>
    public static AccessScopes? TokenScopes(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(StudioClaims.Scopes) is { } text && Enum.TryParse<AccessScopes>(text, out var scopes) ? scopes : null;
}
