namespace LabelStudio.Web.Composition;

public static class RequestKinds
{
    private static readonly PathString[] ProgramPaths = ["/api", "/hubs", "/images", "/health", "/_blazor", "/_framework", "/openapi"];

    /// <summary>A page for a person, as against the API, hubs, pictures and the circuit.</summary>
    public static bool IsPage(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return IsPage(request.Path);
    }

    public static bool IsPage(PathString address) =>
        !ProgramPaths.Any(path => address.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));
}
