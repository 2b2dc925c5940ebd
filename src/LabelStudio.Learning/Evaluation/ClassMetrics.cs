namespace LabelStudio.Learning.Evaluation;

/// <summary>Figures of one class. A class never predicted has precision 0, a class without images recall 0.</summary>
/// <param name="Index">Class index.</param>
/// <param name="Precision">Of the images predicted as this class, the share that are, 0 to 1.</param>
/// <param name="Recall">Of the images of this class, the share predicted as it, 0 to 1.</param>
/// <param name="F1">Harmonic mean of the two, 0 to 1.</param>
/// <param name="Support">Images of this class.</param>
public sealed record ClassMetrics(int Index, double Precision, double Recall, double F1, int Support);
