namespace LabelStudio.Pipeline.Labelling;

public enum DecisionOutcome
{
    Saved,
    AlreadySaved,

    /// <summary>Somebody else changed the image meanwhile: nothing was written, the person chooses.</summary>
    Conflict,
    Refused,
}
