namespace LabelStudio.Web.Components;

/// <summary>Light, dark, or as the system says: kept in a cookie, so that the first byte of a page already has the right colours.</summary>
public static class ThemeChoice
{
    public const string CookieName = "studio-theme";
    public const string System = "system";
    public const string Light = "light";
    public const string Dark = "dark";

    public static string Of(HttpRequest request) => request.Cookies[CookieName] switch
    {
        Light => Light,
        Dark => Dark,
        _ => System,
    };
}
