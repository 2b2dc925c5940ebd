using LabelStudio.Learning.Evaluation;

namespace LabelStudio.Learning.Tests.Evaluation;

public sealed class ProbabilityFoldTests
{
    [Fact]
    public void Into_TwoClassesOfOneColumn_AddUp()
    {
        var folded = ProbabilityFold.Into([0.5f, 0.2f, 0.3f, 0.1f, 0.1f, 0.8f], [0, 1, 0], 2);

        Assert.Equal([0.8f, 0.2f, 0.9f, 0.1f], folded.Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void Into_ClassLeftOut_GivesItsShareToTheOthers()
    {
        var folded = ProbabilityFold.Into([0.5f, 0.2f, 0.3f], [0, -1, 1], 3);

        Assert.Equal([0.625f, 0.375f, 0f], folded);
    }

    [Fact]
    public void Into_EverythingLeftOut_IsZero() => Assert.Equal([0f, 0f], ProbabilityFold.Into([1f], [-1], 2));
}
