namespace LabelStudio.Pipeline.Labelling;

/// <summary>What a person's decision weighs where several people vote, or where the answer is known.</summary>
internal enum VoterStanding
{
    /// <summary>A vote in every open round and an answer to every hidden check, one by one or for many images at once.</summary>
    Annotator,

    /// <summary>
    /// Manages classes and looks at one image after the other: a vote in an open round like anybody's; what they decide about a
    /// labelled image is their word, hidden checks included, as they are asked none.
    /// </summary>
    Lead,

    /// <summary>Manages classes and decides for many images at once, or where votes did not: their word is the label.</summary>
    Overrules,
}
