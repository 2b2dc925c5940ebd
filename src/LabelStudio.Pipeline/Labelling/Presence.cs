namespace LabelStudio.Pipeline.Labelling;

/// <summary>Somebody who is labelling in the project now.</summary>
/// <param name="Shown">What they look at; null: it is not known, or not for the one who asks.</param>
public sealed record Presence(Guid UserId, string DisplayName, int ImagesHeld, LabellingTask? Shown);
