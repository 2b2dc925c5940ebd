namespace LabelStudio.Web.Api.MlBackend;

/// <summary>The Label Studio whose tasks are answered: pictures are fetched from nowhere else.</summary>
public sealed class LabelStudioServerOptions
{
    public const string Section = "Studio:LabelStudio";

    /// <summary>Its address as this program reaches it, such as http://label-studio:8080; null: none.</summary>
    public Uri? Url { get; set; }

    /// <summary>An access token of it: a legacy token or a personal one.</summary>
    public string Token { get; set; } = "";
}
