using LabelStudio.Learning.Training;
using Microsoft.Extensions.Time.Testing;
using TorchSharp;

namespace LabelStudio.Learning.Tests.Training;

public sealed class ThreadChoiceTests : IDisposable
{
    private readonly int _before = torch.get_num_threads();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => torch.set_num_threads(_before);

    [Theory]
    [InlineData(10, 30, 1)]
    [InlineData(30, 10, 3)]
    [InlineData(20, 20, 3)]
    public void SetFaster_OneThreadAgainstThree_SetsTheOneOfLessTime(int secondsOfOne, int secondsOfThree, int expected)
    {
        torch.set_num_threads(3);

        var chosen = ThreadChoice.SetFaster(() => _clock.Advance(TimeSpan.FromSeconds(torch.get_num_threads() == 1 ? secondsOfOne : secondsOfThree)), _clock);

        Assert.Equal((expected, expected), (chosen, torch.get_num_threads()));
    }

    /// <summary>The first call loads and allocates: it says nothing about the threads.</summary>
    [Fact]
    public void SetFaster_FirstCallIsSlow_DoesNotCountIt()
    {
        torch.set_num_threads(3);
        var calls = 0;

        var chosen = ThreadChoice.SetFaster(() => _clock.Advance(TimeSpan.FromSeconds(calls++ == 0 ? 1000 : torch.get_num_threads() == 1 ? 30 : 10)), _clock);

        Assert.Equal(3, chosen);
    }

    [Fact]
    public void SetFaster_OneThreadAlready_TriesNothing()
    {
        torch.set_num_threads(1);

        Assert.Equal(1, ThreadChoice.SetFaster(() => Assert.Fail("There is nothing to choose from."), _clock));
    }
}
