namespace LabelStudio.Pipeline.Evaluation;

/// <summary>A class of a report; its place in the list is its index in the figures.</summary>
/// <param name="IsNew">The model before does not know it.</param>
public sealed record ReportClass(Guid Id, string Name, bool IsNew);
