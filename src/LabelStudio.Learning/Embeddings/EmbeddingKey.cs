using System.Globalization;

namespace LabelStudio.Learning.Embeddings;

/// <summary>What an embedding depends on, the picture apart: embeddings with equal keys can be compared.</summary>
/// <param name="BackboneHash">SHA-256 of the backbone's tensors, as <see cref="Backbones.BackboneDescriptor.WeightsHash"/> gives it.</param>
/// <param name="SidePx">Side of the network's input in pixels.</param>
/// <param name="PreprocessingVersion">As in <see cref="Imaging.ImagePreprocessing.Version"/>.</param>
public sealed record EmbeddingKey(string BackboneHash, int SidePx, int PreprocessingVersion)
{
    private const int ShortHashLength = 12;

    /// <summary>A name for files and folders, such as <c>1a2b3c4d5e6f-224-v1</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{BackboneHash[..Math.Min(ShortHashLength, BackboneHash.Length)]}-{SidePx}-v{PreprocessingVersion}");
}
