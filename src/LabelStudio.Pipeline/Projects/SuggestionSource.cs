namespace LabelStudio.Pipeline.Projects;

/// <summary>Who suggests classes, and so says which image is uncertain. Kept by name in the database.</summary>
public enum SuggestionSource
{
    /// <summary>Learns from each label within milliseconds, and knows a class from its first labels on.</summary>
    LiveHead,

    /// <summary>The promoted model; the live head where that has not read an image yet or does not know the class.</summary>
    PromotedModel,
}
