using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Web.Pages.Review;

/// <summary>Splits as people write them.</summary>
public static class SplitNames
{
    public static string Of(Split split) => split switch
    {
        Split.Train => "training",
        Split.Validation => "validation",
        Split.Test => "test",
    };
}
