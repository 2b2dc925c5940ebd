namespace LabelStudio.Pipeline.Review;

/// <summary>Which label is judged next.</summary>
public enum CheckOrder
{
    /// <summary>The longest-standing first.</summary>
    Oldest,

    /// <summary>First where the person went against a sure suggestion, then where an unsure one was taken.</summary>
    MostDoubtful,
}
