namespace LabelStudio.Web.Api;

/// <summary>How a program promotes a model.</summary>
/// <param name="Reason">Why the gate is overruled; needed only when it speaks against the model.</param>
public sealed record PromoteBody(string? Reason = null);
