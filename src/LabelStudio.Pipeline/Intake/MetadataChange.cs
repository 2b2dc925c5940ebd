namespace LabelStudio.Pipeline.Intake;

/// <summary>What to set on one image, named by its id or by its content.</summary>
/// <param name="Values">By key; a null or empty value takes the key off.</param>
public sealed record MetadataChange(long? ImageId, string? Sha256, IReadOnlyDictionary<string, string?> Values);
