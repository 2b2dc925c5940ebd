using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class UndoTests
{
    [Fact]
    public async Task UndoAsync_ALabel_BringsTheImageBackUnlabelled()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        var undone = await lab.UndoAsync();

        Assert.Equal((lab.Images[0], ImageState.Unlabelled, AnnotationKind.Label, lab.Owl), (
            undone!.Task.ImageId, undone.Task.State, undone.Kind, undone.ClassId!.Value));
        Assert.Equal(undone.Task.LabelVersion, (await lab.ImageAsync(lab.Images[0])).LabelVersion);
        Assert.Null(await lab.UndoAsync());
    }

    [Fact]
    public async Task UndoAsync_SixtyDeep_RestoresEveryStepAndRedoesThemAll()
    {
        await using var lab = await LabellingFixture.StartAsync(20);
        for (var step = 0; step < 60; step++)
        {
            await lab.LabelAsync(lab.Images[step % 20], step % 2 == 0 ? lab.Owl : lab.Robin);
        }

        for (var step = 59; step >= 0; step--)
        {
            var undone = await lab.UndoAsync();
            Assert.Equal((lab.Images[step % 20], null), (undone!.Task.ImageId, undone.Message));
        }

        Assert.Null(await lab.UndoAsync());
        await AssertAllAsync(lab, ImageState.Unlabelled);
        for (var step = 0; step < 60; step++)
        {
            Assert.Equal(lab.Images[step % 20], (await lab.RedoAsync())!.Task.ImageId);
        }

        Assert.Null(await lab.RedoAsync());
        await AssertAllAsync(lab, ImageState.Labelled);
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[1])).LabelClassId);
    }

    [Fact]
    public async Task RedoAsync_AfterANewDecision_DoesNothing()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.UndoAsync();
        await lab.LabelAsync(lab.Images[1], lab.Owl);

        Assert.Null(await lab.RedoAsync());
        Assert.Equal(lab.Images[1], (await lab.UndoAsync())!.Task.ImageId);
        Assert.Equal(lab.Images[1], (await lab.RedoAsync())!.Task.ImageId);
    }

    [Fact]
    public async Task UndoAsync_ReachesOnlyOnesOwnDecisions()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: other);

        Assert.Null(await lab.UndoAsync());
    }

    [Fact]
    public async Task UndoAsync_WhenSomebodyDecidedSince_KeepsThatAndSaysSo()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Robin, userId: other);

        var first = await lab.UndoAsync();
        var second = await lab.UndoAsync();

        Assert.NotNull(first!.Message);
        Assert.Equal((0, lab.Robin), (first.ImageCount, (await lab.ImageAsync(lab.Images[1])).LabelClassId));
        Assert.Equal((lab.Images[0], null), (second!.Task.ImageId, second.Message));
    }

    [Fact]
    public async Task RedoAsync_OfAnUndoThatTookNothingBack_ChangesNothing()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: other);
        await lab.UndoAsync();
        var before = await lab.ImageAsync(lab.Images[0]);

        var redone = await lab.RedoAsync();

        Assert.Equal(0, redone!.ImageCount);
        Assert.Equivalent(before, await lab.ImageAsync(lab.Images[0]), strict: true);
        Assert.Equal(0, (await lab.UndoAsync())!.ImageCount);
    }

    [Fact]
    public async Task UndoAsync_WhenSomebodyTookASkipBackSince_TakesTheLabelBack()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Skip, other);
        await lab.Labeller.UndoAsync(other, lab.ProjectId, CancellationToken.None);

        var undone = await lab.UndoAsync();

        Assert.Null(undone!.Message);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Theory]
    [InlineData(AnnotationKind.Discard)]
    [InlineData(AnnotationKind.Flag)]
    [InlineData(AnnotationKind.Clear)]
    public async Task UndoAsync_AnyKind_GivesTheImageBackAsItWas(AnnotationKind kind)
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.DecideAsync(lab.Images[0], kind);

        var undone = await lab.UndoAsync();
        var image = await lab.ImageAsync(lab.Images[0]);

        Assert.Equal(kind, undone!.Kind);
        Assert.Equal((ImageState.Labelled, lab.Owl, false), (image.State, image.LabelClassId!.Value, image.IsFlagged));
    }

    [Fact]
    public async Task UndoAsync_AfterTheFormerClassWasMerged_GivesTheClassThatTookItOver()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        var crow = await lab.AddClassAsync("Crow");
        await lab.LabelAsync(lab.Images[0], crow);
        await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Robin, CancellationToken.None);

        await lab.UndoAsync();

        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task UndoAsync_ErasesNothing()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.UndoAsync();

        var annotations = await lab.AnnotationsAsync();

        Assert.Equal([AnnotationOrigin.Manual, AnnotationOrigin.Undo], annotations.Select(annotation => annotation.Origin));
        Assert.Equal(annotations[0].ActionId, annotations[1].RevertsActionId);
    }

    private static async Task AssertAllAsync(LabellingFixture lab, ImageState state)
    {
        var counts = await lab.Studio.Get<ImageLibrary>().CountAsync(
            lab.UserId, lab.ProjectId, new ImageFilter { State = state }, CancellationToken.None);
        Assert.Equal(lab.Images.Length, counts);
    }
}
