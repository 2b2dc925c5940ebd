using System.Text.Json;

namespace LabelStudio.Learning.Tests.Golden;

/// <summary>PyTorch's embeddings for an input given by a formula, from golden.json beside the weights.</summary>
internal sealed record GoldenVectors(int SidePx, float[][] Embeddings)
{
    /// <summary>Two numbers differ by rounding only, whatever the engine: the largest is about 5.</summary>
    internal const float Tolerance = 1e-3f;

    internal const int Count = 2;

    internal static GoldenVectors Of(int sidePx)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(PretrainedWeights.Folder, "golden.json")));
        var found = document.RootElement.GetProperty("cases").EnumerateArray().Single(entry => entry.GetProperty("S").GetInt32() == sidePx);
        return new(sidePx, [.. found.GetProperty("embedding").EnumerateArray().Select(row => row.Deserialize<float[]>()!)]);
    }

    /// <summary>float32 [2, 3, S, S]: sin(0.01 (h S + w) + c + 7 n).</summary>
    internal float[] Input()
    {
        var plane = SidePx * SidePx;
        return [.. Enumerable.Range(0, Count * 3 * plane).Select(i => (float)Math.Sin(0.01 * (i % plane) + i / plane % 3 + 7 * (i / (3 * plane))))];
    }

    internal void AssertMatches(ReadOnlySpan<float> embeddings)
    {
        var size = Embeddings[0].Length;
        for (var i = 0; i < Count * size; i++)
        {
            Assert.Equal(Embeddings[i / size][i % size], embeddings[i], Tolerance);
        }
    }
}
