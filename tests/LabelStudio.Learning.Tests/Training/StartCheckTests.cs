using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Two old classes and one new.</summary>
public sealed class StartCheckTests
{
    [Fact]
    public void Sentence_NewRowTakesAnImageOver_TellsWhatTheOldClassesLostToIt()
    {
        int[] targets = [0, 0, 1, 1, 2];
        float[] scores =
        [
            3, 1, 0,
            2, 1, 5, // right among the old classes alone
            0, 4, 1,
            2, 1, 0, // wrong either way
            0, 0, 1,
        ];

        Assert.Equal(
            "Before the first step 50.0 % of the old classes' validation images are right, 75.0 % among the old classes alone, of the new classes' 100.0 %.",
            StartCheck.Sentence(targets, scores, 3, 2));
    }

    [Fact]
    public void Sentence_NoImageOfANewClass_SaysNothingOfThem() => Assert.Equal(
        "Before the first step 100.0 % of the old classes' validation images are right, 100.0 % among the old classes alone.",
        StartCheck.Sentence([1], [0, 2, 1], 3, 2));

    [Fact]
    public void Sentence_NoImageOfAnOldClass_IsNone() => Assert.Null(StartCheck.Sentence([2], [0, 2, 1], 3, 2));
}
