using LabelStudio.Learning.LabelOrder;

namespace LabelStudio.Learning.Tests.LabelOrder;

/// <summary>Values by hand: three classes with 0.5, 0.3 and 0.2, an even one, and one that is sure.</summary>
public sealed class UncertaintyTests
{
    private static readonly float[] Doubtful = [0.3f, 0.5f, 0.2f];
    private static readonly float[] Even = [0.25f, 0.25f, 0.25f, 0.25f];
    private static readonly float[] Sure = [0, 1, 0];

    [Fact]
    public void LeastConfidence_IsWhatTheBestLacks()
    {
        Assert.Equal(0.5f, Uncertainty.LeastConfidence(Doubtful), 1e-6f);
        Assert.Equal(0.75f, Uncertainty.LeastConfidence(Even), 1e-6f);
        Assert.Equal(0, Uncertainty.LeastConfidence(Sure));
    }

    [Fact]
    public void Margin_IsBestMinusSecond()
    {
        Assert.Equal(0.2f, Uncertainty.Margin(Doubtful), 1e-6f);
        Assert.Equal(0, Uncertainty.Margin(Even));
        Assert.Equal(1, Uncertainty.Margin(Sure));
        Assert.Equal(float.PositiveInfinity, Uncertainty.Margin([3]));
    }

    [Fact]
    public void Entropy_IsInNats()
    {
        // 0.5 ln 2 + 0.3 ln(10/3) + 0.2 ln 5 = 0.346574 + 0.361192 + 0.321888
        Assert.Equal(1.029653f, Uncertainty.Entropy(Doubtful), 1e-5f);
        Assert.Equal(1.386294f, Uncertainty.Entropy(Even), 1e-5f);
        Assert.Equal(0, Uncertainty.Entropy(Sure));
    }

    [Fact]
    public void TheThree_CanDisagree()
    {
        // Two rivals against a weak leader of many: the margin asks about the first, the other two about the second.
        float[] rivals = [0.48f, 0.47f, 0.05f];
        float[] many = [0.4f, 0.3f, 0.3f];

        Assert.True(Uncertainty.Margin(rivals) < Uncertainty.Margin(many));
        Assert.True(Uncertainty.LeastConfidence(rivals) < Uncertainty.LeastConfidence(many));
        Assert.True(Uncertainty.Entropy(rivals) < Uncertainty.Entropy(many));
    }
}
