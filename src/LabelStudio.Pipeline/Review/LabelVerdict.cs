namespace LabelStudio.Pipeline.Review;

/// <summary>What a person decided about a doubted label.</summary>
public enum LabelVerdict
{
    /// <summary>The given label is right.</summary>
    Keep,

    /// <summary>The suggested class is right.</summary>
    Take,

    /// <summary>The image belongs to no class.</summary>
    Discard,

    /// <summary>Neither: another label is right.</summary>
    Other,
}
