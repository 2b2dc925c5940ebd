using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Components.Shared;

namespace LabelStudio.Web.Tests.Components;

public sealed class QueueOrderTextTests
{
    [Fact]
    public void All_HoldsEveryOrderOnceWithItsOwnNameAndLine()
    {
        var orders = Enum.GetValues<QueueOrder>();

        Assert.Equal(orders, QueueOrderText.All.Order());
        Assert.Equal(orders.Length, orders.Select(QueueOrderText.NameOf).Distinct().Count());
        Assert.Equal(orders.Length, orders.Select(QueueOrderText.ExplanationOf).Distinct().Count());
    }
}
