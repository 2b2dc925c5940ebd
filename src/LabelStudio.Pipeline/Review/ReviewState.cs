namespace LabelStudio.Pipeline.Review;

/// <summary>How far the review of an image's label is.</summary>
public enum ReviewState
{
    /// <summary>Labelled, and nobody judged it.</summary>
    Unchecked,

    /// <summary>The label that stands was found right.</summary>
    Accepted,

    /// <summary>The label was taken off, and none was given since.</summary>
    Rejected,

    /// <summary>The reviewer gave another label, or one was given since a rejection.</summary>
    Relabelled,
}
