namespace LabelStudio.Pipeline.Review;

public enum CheckVerdict
{
    Accepted,

    /// <summary>The label was taken off, with the reason as a comment: the image is handed out again.</summary>
    Rejected,

    /// <summary>The reviewer gave another label.</summary>
    Relabelled,
}
