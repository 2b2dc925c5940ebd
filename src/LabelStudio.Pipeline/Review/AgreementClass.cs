namespace LabelStudio.Pipeline.Review;

/// <summary>A class of the report; its place in the list is its row and column in each confusion matrix.</summary>
public sealed record AgreementClass(Guid Id, string Name);
