using System.Security.Claims;
using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Components.Authorization;

namespace LabelStudio.Web.Account;

/// <summary>Who uses this page. For components; endpoints read their own principal.</summary>
public sealed class CurrentUser(AuthenticationStateProvider authentication)
{
    public async ValueTask<Guid> IdAsync() => (await PrincipalAsync()).UserId();

    public async ValueTask<string> DisplayNameAsync() =>
        (await PrincipalAsync()).FindFirstValue(StudioClaims.DisplayName) ?? "";

    /// <summary>The role in all projects, as it was at sign-in: for display.</summary>
    public async ValueTask<StudioRole> RoleAsync() =>
        Enum.TryParse<StudioRole>((await PrincipalAsync()).FindFirstValue(StudioClaims.Role), out var role) ? role : default;

    public async ValueTask<ClaimsPrincipal> PrincipalAsync() => (await authentication.GetAuthenticationStateAsync()).User;
}
