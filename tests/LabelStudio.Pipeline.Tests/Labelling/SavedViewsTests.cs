using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class SavedViewsTests
{
    [Fact]
    public async Task ListAsync_GivesOnesOwnAndSharedViews()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var other = await lab.Studio.AddUserAsync(StudioRole.Viewer);
        var views = lab.Studio.Get<SavedViews>();
        await views.SaveAsync(lab.UserId, lab.ProjectId, "Mine", "state=Labelled", isShared: false, CancellationToken.None);
        await views.SaveAsync(lab.UserId, lab.ProjectId, "Ours", "flagged=true", isShared: true, CancellationToken.None);

        var mine = await views.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        var theirs = await views.ListAsync(other, lab.ProjectId, CancellationToken.None);

        Assert.Equal(["Mine", "Ours"], mine.Select(view => view.Name));
        Assert.Equal([("Ours", "flagged=true", false)], theirs.Select(view => (view.Name, view.Query, view.IsMine)));
    }

    [Fact]
    public async Task SaveAsync_UnderTheSameName_Replaces()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var views = lab.Studio.Get<SavedViews>();
        var first = await views.SaveAsync(lab.UserId, lab.ProjectId, "Mine", "a=1", isShared: false, CancellationToken.None);

        var second = await views.SaveAsync(lab.UserId, lab.ProjectId, " Mine ", "a=2", isShared: true, CancellationToken.None);

        var view = Assert.Single(await views.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
        Assert.Equal((first, second, "a=2", true), (second, view.Id, view.Query, view.IsShared));
    }

    [Fact]
    public async Task DeleteAsync_SomebodyElsesView_IsNotFound()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var views = lab.Studio.Get<SavedViews>();
        var id = await views.SaveAsync(lab.UserId, lab.ProjectId, "Ours", "a=1", isShared: true, CancellationToken.None);

        await Assert.ThrowsAsync<NotFoundException>(() => views.DeleteAsync(other, lab.ProjectId, id, CancellationToken.None));
        await views.DeleteAsync(lab.UserId, lab.ProjectId, id, CancellationToken.None);

        Assert.Empty(await views.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
    }
}
