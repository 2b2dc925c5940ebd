using LabelStudio.Learning.Imaging;

namespace LabelStudio.Pipeline.Promotion;

/// <summary>What a model version is made of and where it comes from.</summary>
/// <param name="Backbone">The network below its head, with its origin.</param>
/// <param name="Licence">Licence of the weights it was made from, as SPDX names it.</param>
/// <param name="DatasetSha256">SHA-256 of the manifest of the data it was trained on.</param>
/// <param name="FileHashes">SHA-256 of each of its files, by name.</param>
/// <param name="Ancestors">The models it was trained from, the nearest first.</param>
public sealed record ModelOrigin(
    string Backbone, string Licence, string DatasetSha256, IReadOnlyDictionary<string, string> FileHashes, IReadOnlyList<string> Ancestors)
{
    /// <summary>Trained numbers of its own weights; on a feature extractor that was brought in those of the head alone.</summary>
    public required long Parameters { get; init; }

    /// <summary>What is done to a picture before it is asked.</summary>
    public required PreprocessingFacts Preprocessing { get; init; }
}
