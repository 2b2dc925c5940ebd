namespace LabelStudio.Learning.Imaging;

/// <summary>
/// How a picture becomes the network's input: upright, sRGB, on white, the whole picture squeezed to a square, then
/// <c>pixel / 127.5 - 1</c>. One definition serves features, training and prediction.
/// </summary>
/// <param name="SidePx">Side of the square in pixels, a multiple of 32 for every backbone here.</param>
public sealed record ImagePreprocessing(int SidePx)
{
    /// <summary>Number of this definition. It is part of every embedding's key: raise it when any step changes.</summary>
    public const int Version = 1;

    /// <summary>Colour channels: red, green, blue.</summary>
    public const int Channels = 3;

    /// <summary>Mean that is taken off a channel, of values scaled to 0–1; the same for all three.</summary>
    public const float Mean = 0.5f;

    /// <summary>Divisor after the mean is taken off; the same for all three channels.</summary>
    public const float StandardDeviation = 0.5f;

    /// <summary>Floats of one prepared picture: 3 × side × side.</summary>
    public int Length => Channels * SidePx * SidePx;
}
