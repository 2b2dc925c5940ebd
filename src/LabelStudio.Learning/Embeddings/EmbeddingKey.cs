using System.Globalization;

namespace LabelStudio.Learning.Embeddings;

/// <summary>What an embedding depends on besides the picture: two embeddings may be compared only under the same key.</summary>
/// <param name="BackboneHash">SHA-256 of the backbone's weights, lower-case hexadecimal.</param>
/// <param name="SidePx">Side in pixels of the square the picture is squeezed to.</param>
/// <param name="PreprocessingVersion">Version of the image preprocessing.</param>
public sealed record EmbeddingKey(string BackboneHash, int SidePx, int PreprocessingVersion)
{
    private const int ShownHashLength = 12;

    /// <summary>A short form that is safe as a file name, such as <c>1a2b3c4d5e6f-224-v1</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{BackboneHash[..Math.Min(ShownHashLength, BackboneHash.Length)]}-{SidePx}-v{PreprocessingVersion}");
}
