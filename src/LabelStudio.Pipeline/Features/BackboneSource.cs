namespace LabelStudio.Pipeline.Features;

/// <summary>Where the backbone comes from that a project's images are embedded with.</summary>
/// <param name="ModelId">The model version whose fine-tuned backbone it is; null: the backbone that comes with the program.</param>
public sealed record BackboneSource(Guid? ModelId)
{
    private const string ModelPrefix = "model:";
    private const string PretrainedText = "pretrained";

    /// <summary>The backbone that comes with the program.</summary>
    public static BackboneSource Pretrained { get; } = new((Guid?)null);

    /// <summary>As it stands in files.</summary>
    public override string ToString() => ModelId is { } modelId ? $"{ModelPrefix}{modelId:D}" : PretrainedText;

    /// <summary>Reads <see cref="ToString"/>; anything else is the backbone that comes with the program.</summary>
    public static BackboneSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(ModelPrefix, StringComparison.Ordinal) && Guid.TryParse(text[ModelPrefix.Length..], out var modelId)
            ? new BackboneSource(modelId)
            : Pretrained;
    }
}
