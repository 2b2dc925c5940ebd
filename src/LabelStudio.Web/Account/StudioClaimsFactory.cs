using System.Security.Claims;
using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Account;

public sealed class StudioClaimsFactory(UserManager<StudioUser> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<StudioUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(StudioUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(StudioClaims.DisplayName, user.DisplayName));
        identity.AddClaim(new Claim(StudioClaims.Role, user.Role.ToString()));
        return identity;
    }
}
