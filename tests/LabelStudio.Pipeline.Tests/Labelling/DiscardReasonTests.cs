using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class DiscardReasonTests
{
    [Fact]
    public async Task DecideAsync_ReasonAfterTheDiscard_IsToldByTheHistoryAndFoundByTheFilter()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var discarded = await lab.DecideAsync(lab.Images[0], AnnotationKind.Discard);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Discard);

        var explained = await lab.DecideAsync(Because(lab.Images[0], " blurred ", discarded.LabelVersion));

        Assert.Equal((DecisionOutcome.Saved, discarded.LabelVersion), (explained.Outcome, explained.LabelVersion));
        Assert.Equal([lab.Images[0]], await FoundAsync(lab, "BLUR"));
        Assert.Empty(await FoundAsync(lab, "blu%d"));
        var history = await lab.Studio.Get<ImageHistory>().ListAsync(lab.UserId, lab.Images[0], CancellationToken.None);
        Assert.Equal(["blurred", null], history.Select(entry => entry.DiscardReason));
    }

    [Fact]
    public async Task UndoAsync_OfAnExplainedDiscard_TakesBackBothAtOnce()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Discard);
        await lab.DecideAsync(Because(lab.Images[0], "duplicate", 1));

        var undone = await lab.UndoAsync();

        Assert.Equal((lab.Images[0], ImageState.Unlabelled), (undone!.Task.ImageId, undone.Task.State));
        Assert.Null((await lab.ImageAsync(lab.Images[0])).DiscardReason);
        Assert.Null(await lab.UndoAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task UndoAndRedo_ToADiscard_BringBackTheReasonItHadThen(int imageCount)
    {
        await using var lab = await LabellingFixture.StartAsync(imageCount);
        await lab.Labeller.DecideAsync(lab.UserId, lab.ProjectId, [.. lab.Images.Select(image => Because(image, "blurred", 0))], CancellationToken.None);
        await ManyAsync(lab, AnnotationKind.Label, lab.Owl);
        await ManyAsync(lab, AnnotationKind.Discard, null);
        await lab.DecideAsync(Because(lab.Images[0], "duplicate", 3));

        await lab.UndoAsync();
        await lab.UndoAsync();
        Assert.Equal(lab.Images, await FoundAsync(lab, "blurred"));
        Assert.Equal("blurred", (await lab.AnnotationsAsync())[^1].DiscardReason);
        await lab.RedoAsync();
        Assert.Equal(ImageState.Labelled, (await lab.ImageAsync(lab.Images[0])).State);
        await lab.RedoAsync();

        Assert.Equal(lab.Images[..1], await FoundAsync(lab, "duplicate"));
        Assert.Empty(await FoundAsync(lab, "blurred"));
    }

    [Fact]
    public async Task DecideAsync_ReasonWithTheDiscardOfMany_IsKeptAndGoesWithTheNextLabel()
    {
        await using var lab = await LabellingFixture.StartAsync(30);

        await lab.Labeller.DecideAsync(lab.UserId, lab.ProjectId, [.. lab.Images.Select(image => Because(image, "wrong subject", 0))], CancellationToken.None);
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        Assert.Equal(lab.Images[1..], await FoundAsync(lab, "wrong"));
        Assert.Null((await lab.ImageAsync(lab.Images[0])).DiscardReason);
    }

    [Fact]
    public async Task DecideAsync_ReasonForAnImageThatSomebodyLabelledSince_IsAConflict()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Discard);
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        var late = await lab.DecideAsync(Because(lab.Images[0], "blurred", 1));

        Assert.Equal((DecisionOutcome.Conflict, lab.Owl), (late.Outcome, late.ClassId!.Value));
        Assert.Equal(ImageState.Labelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Fact]
    public async Task RecentAsync_LabelOverAnExplainedDiscard_TellsTheReasonToGoBackTo()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Discard);
        await lab.DecideAsync(Because(lab.Images[0], "blurred", 1));
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        var recent = await lab.Labeller.RecentAsync(lab.UserId, lab.ProjectId, 10, CancellationToken.None);

        Assert.Equal(new LabelBefore(ImageState.Discarded, null, "blurred"), recent[0].Before);
    }

    private static Task<int> ManyAsync(LabellingFixture lab, AnnotationKind kind, Guid? classId) =>
        lab.Labeller.DecideManyAsync(lab.UserId, lab.ProjectId, lab.Images, kind, classId, CancellationToken.None);

    private static Decision Because(long imageId, string reason, int version) =>
        new(Guid.NewGuid(), imageId, AnnotationKind.Discard, ExpectedVersion: version) { DiscardReason = reason };

    private static async Task<IEnumerable<long>> FoundAsync(LabellingFixture lab, string reason) =>
        (await lab.Studio.Get<ImageLibrary>().PageAsync(
            lab.UserId, lab.ProjectId, new ImageFilter { DiscardReason = reason, Sort = ImageSort.Oldest }, null, 50, CancellationToken.None)).Select(tile => tile.Id);
}
