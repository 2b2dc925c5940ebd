namespace LabelStudio.Pipeline.Review;

/// <summary>Images of the grid that stand together under one heading.</summary>
public sealed record ImageGroup(string Title, IReadOnlyList<long> Ids);
