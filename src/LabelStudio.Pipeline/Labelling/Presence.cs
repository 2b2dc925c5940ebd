namespace LabelStudio.Pipeline.Labelling;

/// <summary>Somebody who is labelling in the project now.</summary>
public sealed record Presence(Guid UserId, string DisplayName, int ImagesHeld);
