using LabelStudio.Learning.Training;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class RunTextTests
{
    [Theory]
    [InlineData(true, "the time limit was reached, best epoch kept")]
    [InlineData(false, "the time limit was reached")]
    public void Of_TimeLimit_SaysThatAnEpochWasKeptOnlyWhereThereIsAModel(bool madeModel, string expected) =>
        Assert.Equal(expected, RunText.Of(StopReason.TimeLimit, patience: 3, madeModel));
}
