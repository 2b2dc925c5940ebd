using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Tests.Components;

public sealed class FiguresTests
{
    [Fact]
    public void When_IsInWordsThatNobodyReadsAsAnotherDay()
    {
        var utc = new DateTime(2026, 11, 3, 9, 5, 0, DateTimeKind.Utc);
        var local = utc.ToLocalTime();

        Assert.Equal($"{local.Day} Nov 2026, {local:HH:mm}", Figures.When(utc));
    }

    [Theory]
    [InlineData(0.4, "under 1 s")]
    [InlineData(19.2, "about 19 s")]
    [InlineData(59.4, "about 59 s")]
    [InlineData(59.6, "about 1 min")]
    [InlineData(147, "about 2 min")]
    [InlineData(3590, "about 1 h 0 min")]
    [InlineData(4215, "about 1 h 10 min")]
    public void Estimate_IsNoMoreExactThanItCanBe(double seconds, string expected) =>
        Assert.Equal(expected, Figures.Estimate(TimeSpan.FromSeconds(seconds)));
}
