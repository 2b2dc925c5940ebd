namespace LabelStudio.Learning.Backbones;

/// <summary>One tensor of a weight file.</summary>
/// <param name="Shape">Its dimensions, outermost first; empty for a single number.</param>
/// <param name="Values">Its numbers row by row, as many as the product of the dimensions. Borrowed: do not change them.</param>
public sealed record WeightTensor(long[] Shape, float[] Values);
