using System.Globalization;
using LabelStudio.Learning.Backbones;

namespace LabelStudio.Web.Pages.Training;

/// <summary>An extractor's descriptor as somebody types it; it begins with what most networks trained on ImageNet want.</summary>
public sealed class TypedExtractor
{
    public string Name { get; set; } = "";

    public string Input { get; set; } = "input";

    public string Output { get; set; } = "output";

    public int SidePx { get; set; } = 224;

    public string Mean { get; set; } = "0.485, 0.456, 0.406";

    public string Deviation { get; set; } = "0.229, 0.224, 0.225";

    public string Licence { get; set; } = "";

    public ExtractorDescriptor ToDescriptor() => new()
    {
        Name = Name.Trim(),
        InputName = Input.Trim(),
        SidePx = SidePx,
        Mean = Numbers(Mean),
        StandardDeviation = Numbers(Deviation),
        OutputName = Output.Trim(),
        Licence = Licence.Trim(),
    };

    /// <summary>What is no number stays not a number, and the descriptor's own rules tell so.</summary>
    private static float[] Numbers(string text) =>
    [
        .. text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : float.NaN),
    ];
}
