namespace LabelStudio.Web.Api;

/// <summary>Another name for an evaluation.</summary>
public sealed record EvaluationNameBody(string Name);
