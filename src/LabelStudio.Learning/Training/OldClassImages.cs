namespace LabelStudio.Learning.Training;

/// <summary>Training images of a class that a model already knows.</summary>
/// <param name="Now">Images that a run has, at least 1.</param>
/// <param name="Before">Images that the model knows it from; null: it keeps no count.</param>
public readonly record struct OldClassImages(int Now, long? Before = null)
{
    /// <summary>Up to so many are as good as none: in balanced draws they come again and again in the place of all that was learned.</summary>
    public const int Handful = 5;

    /// <summary>Most of what it was learned from is gone, and what is left is a handful. A class that never had more is only rare.</summary>
    public bool IsGone => Now <= Handful && Before > 2 * Now;
}
