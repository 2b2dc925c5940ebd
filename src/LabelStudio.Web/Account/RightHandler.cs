using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Authorization;

namespace LabelStudio.Web.Account;

/// <summary>Asks the database, not the cookie: a right that was taken away is gone at the next request.</summary>
public sealed class RightHandler(ProjectAccess access) : AuthorizationHandler<RightRequirement>
{
    public const string ProjectIdKey = "projectId";

    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, RightRequirement requirement)
    {
        if (context.User.FindUserId() is not { } userId)
        {
            return;
        }

        if (context.User.TokenScopes() is { } scopes && (scopes & requirement.TokenScopes) == 0)
        {
            return;
        }

        if (await AllowsAsync(userId, ProjectIdOf(context.Resource), requirement.Right))
        {
            context.Succeed(requirement);
        }
    }

    /// <summary>Where the route names no project, everybody may look: lists show what each may see, and images are checked one by one.</summary>
    private Task<bool> AllowsAsync(Guid userId, Guid? project, StudioRight right) => (project, right) switch
    {
        ({ } projectId, _) => access.AllowsAsync(userId, projectId, right, CancellationToken.None),
        (null, StudioRight.View) => access.IsKnownAsync(userId, CancellationToken.None),
        _ => access.AllowsGlobalAsync(userId, right, CancellationToken.None),
    };

    /// <summary>Endpoints bring their HTTP context, routed components their route, pages may give an id.</summary>
    private static Guid? ProjectIdOf(object? resource) => resource switch
    {
        Guid id => id,
        HttpContext http => Parse(http.GetRouteValue(ProjectIdKey)),
        Microsoft.AspNetCore.Components.RouteData route => Parse(route.RouteValues.FirstOrDefault(pair =>
            pair.Key.Equals(ProjectIdKey, StringComparison.OrdinalIgnoreCase)).Value),
        _ => null,
    };

    private static Guid? Parse(object? value) => value switch
    {
        Guid id => id,
        string text when Guid.TryParse(text, out var id) => id,
        _ => null,
    };
}
