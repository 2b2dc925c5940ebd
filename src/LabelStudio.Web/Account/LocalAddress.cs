namespace LabelStudio.Web.Account;

public static class LocalAddress
{
    /// <summary>The address to go back to, as a path below the base; the start page where it would lead to another site.</summary>
    public static string Of(string? returnUrl)
    {
        if (string.IsNullOrEmpty(returnUrl) || returnUrl[0] != '/' || returnUrl.Length > 2000
            || returnUrl.StartsWith("//", StringComparison.Ordinal) || returnUrl.Contains('\\', StringComparison.Ordinal)
            || returnUrl.Any(char.IsControl) || returnUrl.StartsWith("/account/log", StringComparison.OrdinalIgnoreCase))
        {
            return "./";
        }

        return returnUrl == "/" ? "./" : returnUrl[1..];
    }
}
