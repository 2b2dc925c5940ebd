namespace LabelStudio.Pipeline.Serving;

/// <summary>How probable a class is for an image.</summary>
public sealed record ClassScore(Guid ClassId, double Probability);
