using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Pages.Review;

namespace LabelStudio.Web.Tests.Review;

public sealed class HiddenCheckListTests : BunitContext
{
    [Fact]
    public async Task List_ACheckThatIsNoneAnyMore_TellsWhichOne()
    {
        var removed = 0L;
        KnownImageInfo[] checks = [new(7, "aa", "hat.png", Guid.NewGuid(), 4, 1), new(9, "bb", "cap.png", Guid.NewGuid(), 2, 2)];
        var list = Render<HiddenCheckList>(parameters => parameters
            .Add(view => view.Checks, checks)
            .Add(view => view.Classes, [])
            .Add(view => view.OnRemove, id => removed = id));

        await list.InvokeAsync(() => list.FindAll("tbody button")[1].Click());

        Assert.Equal(9, removed);
    }
}
