using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Tests.Security;

/// <summary>Every route of the program. A route that is missing here fails a test: decide who may use it.</summary>
internal static class RouteTable
{
    private const AccessScopes AnyUse = AccessScopes.Predict | AccessScopes.Label | AccessScopes.Train;

    public static IReadOnlyList<RouteRule> All { get; } =
    [
        Open("GET", "/health/live"),
        Open("GET", "/health/ready"),
        Open("GET", "/account/login"),
        Open("GET", "/account/setup"),
        Open("GET", "/account/denied"),
        Open("GET", "/account/invitation/{Code}"),
        Open("GET", "/error"),

        SignedIn("GET", "/account/password"),
        SignedIn("POST", "/account/logout"),
        SignedIn("GET", "/not-found"),
        SignedIn("GET", "/api/v1/session"),

        Page("/", StudioRight.View),
        Page("/account/tokens", StudioRight.View),
        Page("/people", StudioRight.Administer),
        Page("/projects/{ProjectId:guid}", StudioRight.View),
        Page("/projects/{ProjectId:guid}/settings", StudioRight.View),
    ];

    /// <summary>Static files and what the framework maps for circuits: the first are open, the second need a sign-in by the fallback policy.</summary>
    public static bool IsOfTheFramework(string pattern) =>
        pattern.StartsWith("/_blazor", StringComparison.Ordinal) || pattern.StartsWith("/_framework", StringComparison.Ordinal)
        || pattern == "/{**path:file}";

    private static RouteRule Open(string method, string pattern) => new(method, pattern, IsOpen: true);

    private static RouteRule SignedIn(string method, string pattern) => new(method, pattern);

    private static RouteRule Page(string pattern, StudioRight right) => new("GET", pattern, right, right == StudioRight.View ? AnyUse : AccessScopes.None);

    private static RouteRule Api(string method, string pattern, StudioRight right, AccessScopes scopes) => new(method, pattern, right, scopes);
}
