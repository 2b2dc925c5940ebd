namespace LabelStudio.Web.Api;

/// <summary>Whom a project tells when a training run ends.</summary>
/// <param name="Url">Where the message goes, http or https; left out or empty: nobody is told.</param>
/// <param name="Secret">Signs what is sent; left out: as it is, empty: nothing is signed.</param>
public sealed record WebhookBody(string? Url, string? Secret = null);
