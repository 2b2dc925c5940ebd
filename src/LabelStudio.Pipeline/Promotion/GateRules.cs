namespace LabelStudio.Pipeline.Promotion;

/// <summary>What a project asks of a model before it may replace the promoted one. Shares are 0 to 1.</summary>
/// <param name="MaxClassDrop">Largest drop of an old class's accuracy.</param>
/// <param name="MaxForgetting">Largest mean drop over all old classes; null: not asked.</param>
/// <param name="KeepsMacroF1">Macro-F1 may not fall.</param>
/// <param name="FewestTestImages">A class with fewer test images is not judged alone: one image would decide.</param>
public sealed record GateRules(double MaxClassDrop, double? MaxForgetting, bool KeepsMacroF1, int FewestTestImages)
{
    public static GateRules Of(PromotionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options.MaxClassDrop, options.MaxForgetting, KeepsMacroF1: true, options.FewestTestImages);
    }
}
