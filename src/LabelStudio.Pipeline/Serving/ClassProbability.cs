namespace LabelStudio.Pipeline.Serving;

/// <summary>A class with its name and how probable it is.</summary>
public sealed record ClassProbability(Guid ClassId, string Name, double Probability);
