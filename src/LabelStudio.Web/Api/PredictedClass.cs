namespace LabelStudio.Web.Api;

/// <summary>A class and how probable it is, 0 to 1.</summary>
public sealed record PredictedClass(Guid ClassId, string Name, double Probability);
