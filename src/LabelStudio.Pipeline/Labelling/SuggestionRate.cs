namespace LabelStudio.Pipeline.Labelling;

/// <summary>How often people took what one source suggested.</summary>
/// <param name="Source">As it was shown: "live head" or "Model 3".</param>
/// <param name="Suggested">Labels given while its suggestion was on screen.</param>
/// <param name="Accepted">Of these, equal to it.</param>
public sealed record SuggestionRate(string Source, int Suggested, int Accepted);
