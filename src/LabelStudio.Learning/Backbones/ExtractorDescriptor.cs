using System.Text.Json;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// What must be known to feed somebody's own frozen feature extractor, an ONNX file from pictures to embeddings. Pictures
/// are squeezed to the square as for every backbone here; a channel's values from 0 to 1 then become <c>(v - mean) / deviation</c>.
/// </summary>
public sealed record ExtractorDescriptor
{
    private const int SmallestSidePx = 16;
    private const int LargestSidePx = 1024;
    private const int Channels = 3;

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    /// <summary>Name that people see and that model manifests carry.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the graph's input, float32 [N, 3, S, S].</summary>
    public required string InputName { get; init; }

    /// <summary>S, 16 to 1024 pixels.</summary>
    public required int SidePx { get; init; }

    /// <summary>Taken off red, green and blue, which are from 0 to 1.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>Divisors of red, green and blue after that, above 0.</summary>
    public required IReadOnlyList<float> StandardDeviation { get; init; }

    /// <summary>Name of the graph's output, float32 [N, D].</summary>
    public required string OutputName { get; init; }

    /// <summary>Licence of the weights, as SPDX names it.</summary>
    public required string Licence { get; init; }

    /// <summary>Everything wrong with the texts and numbers themselves, each as one sentence; empty when they can be tried.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        Demand(!string.IsNullOrWhiteSpace(Name), "The extractor has no name. Give it one.");
        Demand(!string.IsNullOrWhiteSpace(InputName), "The name of the input is missing.");
        Demand(!string.IsNullOrWhiteSpace(OutputName), "The name of the output is missing.");
        Demand(!string.IsNullOrWhiteSpace(Licence), "The licence is missing. Write its SPDX name, such as Apache-2.0, or 'proprietary'.");
        Demand(SidePx is >= SmallestSidePx and <= LargestSidePx, $"The image side is {SidePx} pixels. Set it from {SmallestSidePx} to {LargestSidePx}.");
        Demand(Mean.Count == Channels && Mean.All(float.IsFinite), "The mean needs three numbers: for red, green and blue, such as 0.485, 0.456, 0.406.");
        Demand(
            StandardDeviation.Count == Channels && StandardDeviation.All(value => float.IsFinite(value) && value > 0),
            "The standard deviation needs three numbers above 0: for red, green and blue, such as 0.229, 0.224, 0.225.");
        return problems;

        void Demand(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    /// <summary>The descriptor as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no descriptor.</exception>
    public static ExtractorDescriptor FromJson(string json) =>
        JsonSerializer.Deserialize<ExtractorDescriptor>(json) ?? throw new JsonException("The text holds no descriptor of a feature extractor.");

    /// <summary>What a channel of the program's pictures, whose values are from -1 to 1, is multiplied by and what is then added.</summary>
    internal (float Factor, float Offset) FromProgramsPicture(int channel) =>
        (0.5f / StandardDeviation[channel], (0.5f - Mean[channel]) / StandardDeviation[channel]);
}
