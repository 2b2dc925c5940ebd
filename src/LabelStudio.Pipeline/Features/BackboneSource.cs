namespace LabelStudio.Pipeline.Features;

/// <summary>Where the backbone comes from that a project's images are embedded with.</summary>
/// <param name="ModelId">The model version whose own backbone it is.</param>
/// <param name="ExtractorId">The user's own extractor.</param>
/// <param name="Backbone">Name of a pretrained backbone other than the default. None of these: the program's default backbone.</param>
public sealed record BackboneSource(Guid? ModelId, Guid? ExtractorId = null, string? Backbone = null)
{
    private const string ModelPrefix = "model:";
    private const string ExtractorPrefix = "extractor:";
    private const string BackbonePrefix = "backbone:";
    private const string PretrainedText = "pretrained";

    /// <summary>The program's default backbone, pretrained.</summary>
    public static BackboneSource Pretrained { get; } = new((Guid?)null);

    /// <summary>It was fine-tuned on labels of the project that it serves.</summary>
    public bool HasLearned => ModelId is not null;

    /// <summary>As it stands in files.</summary>
    public override string ToString() => this switch
    {
        { ModelId: { } modelId } => $"{ModelPrefix}{modelId:D}",
        { ExtractorId: { } extractorId } => $"{ExtractorPrefix}{extractorId:D}",
        { Backbone: { } name } => BackbonePrefix + name,
        _ => PretrainedText,
    };

    /// <summary>Reads <see cref="ToString"/>; anything else is the program's default backbone.</summary>
    public static BackboneSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IdAfter(ModelPrefix, text) is { } modelId)
        {
            return new BackboneSource(modelId);
        }
        if (text.StartsWith(BackbonePrefix, StringComparison.Ordinal))
        {
            return new BackboneSource(null, Backbone: text[BackbonePrefix.Length..]);
        }
        return IdAfter(ExtractorPrefix, text) is { } extractorId ? new BackboneSource(null, extractorId) : Pretrained;
    }

    private static Guid? IdAfter(string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParse(text[prefix.Length..], out var id) ? id : null;
}
