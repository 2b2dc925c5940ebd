namespace LabelStudio.Pipeline.Serving;

/// <summary>Which parts of a picture speak for a class.</summary>
/// <param name="ClassId">The class.</param>
/// <param name="Side">Rows and columns; the picture is squeezed to a square without cropping, so both span it whole.</param>
/// <param name="Values">0 to 1, row by row.</param>
public sealed record HeatMap(Guid ClassId, int Side, IReadOnlyList<float> Values);
