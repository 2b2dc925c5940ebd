using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Tests.Security;

/// <summary>Who may use a route.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Pattern">The route as it is registered.</param>
/// <param name="Right">What a person needs; null: nothing but being signed in.</param>
/// <param name="Scopes">The token scopes of which a program needs one; none: no program may use it.</param>
/// <param name="IsOpen">Strangers may use it.</param>
public sealed record RouteRule(
    string Method, string Pattern, StudioRight? Right = null, AccessScopes Scopes = AccessScopes.None, bool IsOpen = false)
{
    private static readonly string[] ProgramPaths = ["/api", "/images", "/hubs", "/openapi"];

    /// <summary>Takes files: anything else is turned away before it is known who asks.</summary>
    public bool IsForm { get; init; }

    /// <summary>No person in a browser may use it, only a token of one of the scopes.</summary>
    public bool IsForPrograms { get; init; }

    /// <summary>The rule holds for the project of the route, not everywhere.</summary>
    public bool IsOfAProject => Pattern.Contains("{projectId", StringComparison.OrdinalIgnoreCase);

    /// <summary>A page that a person opens: refused by a redirect instead of a status.</summary>
    public bool IsPage => (Method == "GET" || Pattern.StartsWith("/account/", StringComparison.Ordinal))
        && !ProgramPaths.Any(path => Pattern.StartsWith(path, StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Pattern}";
}
