using System.Text.Json.Serialization;

namespace LabelStudio.Web.Components.Shared;

/// <summary>A point of a curve. No value (null, or a number that is not finite) is drawn as a gap.</summary>
public readonly record struct ChartPoint(double X, double? Y)
{
    /// <summary>As the chart module takes it: [x, y], y null for a gap. JSON has no word for infinity and NaN.</summary>
    [JsonIgnore]
    public double?[] Pair => [X, Y is { } y && double.IsFinite(y) ? y : null];
}
