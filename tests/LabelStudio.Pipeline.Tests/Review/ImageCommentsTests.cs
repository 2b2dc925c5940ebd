using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class ImageCommentsTests
{
    [Fact]
    public async Task ResolveAsync_SettledComment_IsNoLongerCountedAndSaysWhoSettledIt()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        var comments = Comments(lab);
        await comments.AddAsync(lab.UserId, lab.Images[0], " Is this one bird or two? ", CancellationToken.None);
        await comments.AddAsync(lab.UserId, lab.Images[0], "Blurred.", CancellationToken.None);
        var first = (await comments.ListAsync(lab.UserId, lab.Images[0], CancellationToken.None))[0];

        await comments.ResolveAsync(lab.UserId, lab.ProjectId, first.Id, isResolved: true, CancellationToken.None);

        var open = await comments.OpenCountsAsync(lab.UserId, lab.ProjectId, lab.Images, CancellationToken.None);
        Assert.Equal([KeyValuePair.Create(lab.Images[0], 1)], open);
        var settled = (await comments.ListAsync(lab.UserId, lab.Images[0], CancellationToken.None))[0];
        Assert.Equal(("Is this one bird or two?", "Ada"), (settled.Text, settled.ResolvedByName));
    }

    [Fact]
    public async Task ListOpenAsync_ThoseThatCallThePerson_ComeFirst()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        var bea = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea Lark");
        var comments = Comments(lab);
        await comments.AddAsync(lab.UserId, lab.Images[0], "Which one, @bea?", CancellationToken.None);
        await comments.AddAsync(lab.UserId, lab.Images[1], "Ask @Beatrice.", CancellationToken.None);

        var open = await comments.ListOpenAsync(bea, lab.ProjectId, 10, CancellationToken.None);

        Assert.Equal([(lab.Images[0], true), (lab.Images[1], false)], open.Select(comment => (comment.ImageId, comment.MentionsYou)));
    }

    [Theory]
    [InlineData("@Ann Lee, look", true)]
    [InlineData("please, @ann!", true)]
    [InlineData("@Anna", false)]
    [InlineData("Ann", false)]
    public void Mentions_AName_IsCalledAfterAnAt(string text, bool isCalled) => Assert.Equal(isCalled, Mentions.Calls(text, "Ann Lee"));

    [Fact]
    public async Task AddAsync_ByAViewer_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var viewer = await lab.Studio.AddUserAsync(StudioRole.Viewer);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => Comments(lab).AddAsync(viewer, lab.Images[0], "Hello", CancellationToken.None));
    }

    private static ImageComments Comments(LabellingFixture lab) => ActivatorUtilities.CreateInstance<ImageComments>(lab.Studio.Services);
}
