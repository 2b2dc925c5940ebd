using System.Numerics.Tensors;

namespace LabelStudio.Learning.LabelOrder;

/// <summary>
/// How little a classifier knows about one image, from its probabilities (Settles 2009, "Active learning literature survey",
/// section 3.1). Pure.
/// </summary>
public static class Uncertainty
{
    /// <summary>What is missing to certainty: 1 − p of the best class, 0 to 1 − 1/classes. The higher the less certain.</summary>
    /// <param name="probabilities">float32 [classes], sum 1, at least one class.</param>
    public static float LeastConfidence(ReadOnlySpan<float> probabilities) => 1 - TensorPrimitives.Max(probabilities);

    /// <summary>Best minus second best, of probabilities or of logits. The lower the less certain; infinite with one class.</summary>
    /// <param name="scores">float32 [classes].</param>
    public static float Margin(ReadOnlySpan<float> scores)
    {
        var (best, second) = (float.NegativeInfinity, float.NegativeInfinity);
        foreach (var score in scores)
        {
            if (score > best)
            {
                (best, second) = (score, best);
            }
            else if (score > second)
            {
                second = score;
            }
        }

        return best - second;
    }

    /// <summary>−Σ p ln p in nats, 0 to ln(classes). The higher the less certain.</summary>
    /// <param name="probabilities">float32 [classes], sum 1.</param>
    public static float Entropy(ReadOnlySpan<float> probabilities)
    {
        var sum = 0f;
        foreach (var p in probabilities)
        {
            // The limit of p ln p at 0 is 0, its value is not a number.
            sum -= p > 0 ? p * MathF.Log(p) : 0;
        }

        return sum;
    }
}
