namespace LabelStudio.Pipeline.Labelling;

/// <summary>A row of a table of labels that gives no label.</summary>
/// <param name="Row">Its number in the file.</param>
/// <param name="Name">The image it names.</param>
/// <param name="Reason">Why, as a sentence for the person.</param>
public sealed record LabelTableProblem(int Row, string Name, string Reason);
