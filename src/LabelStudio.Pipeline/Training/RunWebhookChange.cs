namespace LabelStudio.Pipeline.Training;

/// <summary>What somebody sets a project's webhook to.</summary>
/// <param name="Url">Where the message goes, http or https; null or empty: nobody is told.</param>
/// <param name="Secret">Signs what is sent; null: as it is, empty: nothing is signed.</param>
/// <param name="StudioAddress">The program's own address, with which links in the message begin.</param>
public sealed record RunWebhookChange(string? Url, string? Secret, Uri StudioAddress);
