namespace LabelStudio.Pipeline.Labelling;

/// <summary>A class that nothing is sorted into any more, while models may still know it.</summary>
/// <param name="IntoId">The class that took its images over; null: it was archived.</param>
public sealed record RetiredClass(Guid Id, Guid? IntoId);
