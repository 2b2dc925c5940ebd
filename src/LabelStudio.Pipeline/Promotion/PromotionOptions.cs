namespace LabelStudio.Pipeline.Promotion;

/// <summary>What the gate allows where a project has no rules of its own.</summary>
public sealed class PromotionOptions
{
    public const string Section = "Studio:Promotion";

    /// <summary>Largest drop of an old class's accuracy, 0 to 1. Default 0.05: more than a class may lose by chance among 100 images.</summary>
    public double MaxClassDrop { get; set; } = 0.05;

    /// <summary>Largest mean drop over the old classes, 0 to 1. Default 0.02: more hides in single classes that drop a little each.</summary>
    public double? MaxForgetting { get; set; } = 0.02;

    /// <summary>A class with fewer test images is not judged alone: one image would decide.</summary>
    public int FewestTestImages { get; set; } = 5;
}
