using System.Text.Json.Serialization;
using TorchSharp;

namespace LabelStudio.Learning.Training;

/// <summary>The numbers in which a training step computes activations. Weights, gradients, moments and every evaluation are float32.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
public enum Precision
{
    /// <summary>float32; on a GPU its products are TF32 (10 bits of fraction).</summary>
    Full,

    /// <summary>bfloat16: the range of float32 with 7 bits of fraction, so no scaling of the loss is needed.</summary>
    BFloat16,
}

internal static class PrecisionTypes
{
    internal static torch.ScalarType Torch(this Precision precision) => precision == Precision.BFloat16 ? torch.bfloat16 : torch.float32;
}
