using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// Everything that makes one backbone of the EfficientNet-Lite family. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Source: Tan and Le 2019, "EfficientNet", table 1, and Google's EfficientNet-Lite (2020): no squeeze-and-excite, ReLU6,
/// stem and head not scaled. Names as in timm's <c>tf_efficientnet_lite0</c> and its sisters.
/// </remarks>
public sealed record BackboneDescriptor
{
    /// <summary>Added to a batch norm's variance.</summary>
    public const double NormEpsilon = 1e-3;

    /// <summary>A picture's side must be a multiple of this many pixels: five halvings.</summary>
    public const int SideMultiplePx = 32;

    /// <summary>The backbone that comes with the program, pretrained on ImageNet-1k.</summary>
    public static BackboneDescriptor EfficientNetLite0 { get; } = new()
    {
        Name = "efficientnet-lite0",
        Title = "EfficientNet-Lite0",
        TimmName = "tf_efficientnet_lite0",
        DefaultSidePx = 224,
        EmbeddingSize = 1280,
        StemChannels = 32,
        Stages =
        [
            new(KernelPx: 3, Stride: 1, Expansion: 1, Channels: 16, Blocks: 1),
            new(3, 2, 6, 24, 2),
            new(5, 2, 6, 40, 2),
            new(3, 2, 6, 80, 3),
            new(5, 1, 6, 112, 3),
            new(5, 2, 6, 192, 4),
            new(3, 1, 6, 320, 1),
        ],
        Licence = "Apache-2.0",
        Origin = "Google's EfficientNet-Lite0 checkpoint, trained on ImageNet-1k",
    };

    /// <summary>Name in manifests and folder names.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the same network in timm, which loads its weights.</summary>
    public required string TimmName { get; init; }

    /// <summary>Side in pixels that it was trained at.</summary>
    public required int DefaultSidePx { get; init; }

    /// <summary>Numbers of an embedding.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Channels of the stem's output.</summary>
    public required int StemChannels { get; init; }

    /// <summary>The stage table, from the input on.</summary>
    public required IReadOnlyList<BackboneStage> Stages { get; init; }

    /// <summary>Licence of the weights, as SPDX names it.</summary>
    public required string Licence { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Origin { get; init; }

    internal BackboneConvolution Stem => new("conv_stem", "bn1", 3, StemChannels, KernelPx: 3, Stride: 2, Groups: 1, HasActivation: true);

    internal BackboneConvolution HeadConvolution => new("conv_head", "bn2", Stages[^1].Channels, EmbeddingSize, 1, 1, 1, HasActivation: true);

    internal IReadOnlyList<BackboneBlock> Blocks => [.. Stages.SelectMany(BlocksOf)];

    /// <summary>Side of a stage's output for a picture of the given side.</summary>
    /// <param name="stage">Index of the stage.</param>
    /// <param name="sidePx">Side of the picture, a multiple of <see cref="SideMultiplePx"/>.</param>
    public int StageSide(int stage, int sidePx) => Stages.Take(stage + 1).Aggregate(sidePx / 2, (side, row) => side / row.Stride);

    /// <summary>Names and shapes of the backbone's tensors, a classifier's apart.</summary>
    public IReadOnlyDictionary<string, long[]> TensorShapes()
    {
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var convolution in Convolutions())
        {
            shapes.Add($"{convolution.Name}.weight", convolution.WeightShape);
            foreach (var tensor in BackboneConvolution.NormTensors)
            {
                shapes.Add($"{convolution.NormName}.{tensor}", [convolution.ChannelsOut]);
            }
        }
        return shapes;
    }

    /// <summary>Checks that every tensor of the backbone is there with its shape; others, such as a classifier's, may be too.</summary>
    /// <param name="weights">What to check.</param>
    /// <exception cref="InvalidDataException">The first tensor that is missing or has another shape.</exception>
    public void Validate(WeightFile weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var (name, shape) in TensorShapes())
        {
            var found = weights.Tensors.GetValueOrDefault(name)
                ?? throw new InvalidDataException($"These are no weights of {Name}: the tensor '{name}' is missing. Use the file that belongs to {Name}.");
            if (!found.Shape.SequenceEqual(shape))
            {
                throw new InvalidDataException($"These are no weights of {Name}: '{name}' has the shape [{string.Join(", ", found.Shape)}] and not [{string.Join(", ", shape)}]. Use the file that belongs to {Name}.");
            }
        }
    }

    /// <summary>
    /// SHA-256 of the backbone's tensors alone, 64 lower-case hexadecimal digits: what an embedding depends on. A model that
    /// only has another classifier has the same, so its embeddings stay valid.
    /// </summary>
    /// <param name="weights">Weights that pass <see cref="Validate"/>.</param>
    public string WeightsHash(WeightFile weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in TensorShapes().Keys.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(weights.Tensors[name].Values.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private IEnumerable<BackboneConvolution> Convolutions() =>
        [Stem, .. Blocks.SelectMany(block => block.Convolutions), HeadConvolution];

    private IEnumerable<BackboneBlock> BlocksOf(BackboneStage stage, int index)
    {
        var channelsIn = index == 0 ? StemChannels : Stages[index - 1].Channels;
        for (var block = 0; block < stage.Blocks; block++)
        {
            yield return new(
                $"blocks.{index}.{block}", index, channelsIn, channelsIn * stage.Expansion, stage.Channels, stage.KernelPx,
                block == 0 ? stage.Stride : 1, Expands: stage.Expansion > 1);
            channelsIn = stage.Channels;
        }
    }
}
