namespace LabelStudio.Web.Account;

/// <summary>Claims that pages show. Rights are never read from them: those are asked of the database at each use.</summary>
public static class StudioClaims
{
    public const string DisplayName = "studio:name";
    public const string Role = "studio:role";
    public const string Scopes = "studio:scopes";
}
