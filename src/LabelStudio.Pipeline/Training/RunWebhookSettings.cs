namespace LabelStudio.Pipeline.Training;

/// <summary>A project's webhook as its settings show it. The secret itself is shown to nobody.</summary>
/// <param name="Url">Where the message goes; null: nobody is told.</param>
/// <param name="HasSecret">What is sent is signed.</param>
public sealed record RunWebhookSettings(string? Url, bool HasSecret);
