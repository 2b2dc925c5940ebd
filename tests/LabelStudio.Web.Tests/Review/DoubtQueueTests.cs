using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Pages.Review;

namespace LabelStudio.Web.Tests.Review;

public sealed class DoubtQueueTests
{
    [Fact]
    public void Take_TheShownImage_ShowsTheNext()
    {
        var queue = new DoubtQueue([Doubt(1), Doubt(2), Doubt(3)]);

        var taken = queue.Take(1);

        Assert.Equal((1, 2, 2, 1), (taken!.ImageId, queue.Current!.ImageId, queue.Count, queue.Place));
    }

    [Fact]
    public void Take_ASecondTimeForTheSameImage_HitsNothing()
    {
        var queue = new DoubtQueue([Doubt(1), Doubt(2)]);
        queue.Take(1);

        Assert.Null(queue.Take(1));
        Assert.Equal(2, queue.Current!.ImageId);
    }

    [Fact]
    public void Take_TheLastInTheList_ShowsTheOneBefore()
    {
        var queue = new DoubtQueue([Doubt(1), Doubt(2)]);
        queue.Move(1);

        queue.Take(2);

        Assert.Equal(1, queue.Current!.ImageId);
        queue.Take(1);
        Assert.Null(queue.Current);
        Assert.Equal(0, queue.Place);
    }

    [Fact]
    public void Return_ATakenDoubt_IsShownAgain()
    {
        var queue = new DoubtQueue([Doubt(1), Doubt(2)]);
        var taken = queue.Take(1)!;
        queue.Take(2);

        queue.Return(taken);

        Assert.Equal((1, 1), (queue.Current!.ImageId, queue.Count));
    }

    [Theory]
    [InlineData(-5, 1)]
    [InlineData(1, 2)]
    [InlineData(9, 3)]
    public void Move_BeyondTheEnds_StaysInside(int steps, long expected)
    {
        var queue = new DoubtQueue([Doubt(1), Doubt(2), Doubt(3)]);

        queue.Move(steps);

        Assert.Equal(expected, queue.Current!.ImageId);
    }

    internal static DoubtedLabel Doubt(long imageId) =>
        new(imageId, "aa", $"image-{imageId}.jpg", 1, Guid.NewGuid(), Guid.NewGuid(), 0.05, 0.8);
}
