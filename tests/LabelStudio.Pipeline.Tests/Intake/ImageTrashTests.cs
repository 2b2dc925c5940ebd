using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Intake;

public sealed class ImageTrashTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task MoveAsync_LabelledImages_AreSeenByNothingElse()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        var moved = await Trash(lab).MoveAsync(lab.UserId, lab.ProjectId, [lab.Images[0], lab.Images[1], 999_999], None);

        var counts = await lab.Studio.Get<ImageLibrary>().CountsAsync(lab.UserId, lab.ProjectId, None);
        var tasks = await lab.TakeAsync(lab.UserId, 10);
        var page = await Trash(lab).PageAsync(lab.UserId, lab.ProjectId, null, 10, None);
        Assert.Equal(2, moved);
        Assert.Equal((2, 0), (counts.Total, counts.Labelled));
        Assert.Equal([lab.Images[2], lab.Images[3]], tasks.Select(task => task.ImageId));
        Assert.Equal([(lab.Images[1], (Guid?)null), (lab.Images[0], lab.Owl)], page.Select(tile => (tile.ImageId, tile.LabelClassId)));
        Assert.Equal("Ada", page[0].TrashedBy);
        Assert.Equal(2, await Trash(lab).CountAsync(lab.UserId, lab.ProjectId, None));
    }

    [Fact]
    public async Task MoveAsync_CancelledOnTheWay_TellsOfWhatWasMoved()
    {
        await using var lab = await LabellingFixture.StartAsync(ImageTrash.ImagesAtATime + 1);
        var writer = lab.Studio.Get<StudioWriter>();
        using var cancel = new CancellationTokenSource();
        var (begin, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var subscription = lab.Studio.Get<ChangeSignals>().Subscribe(
            lab.ProjectId, ChangeTopic.Images, () => Task.FromResult(told.TrySetResult()), TimeSpan.Zero);

        // The writer is held until the first part and the cancelling wait behind one another.
        var held = writer.WriteAsync((_, _) => begin.Task, None);
        var moving = Trash(lab).MoveAsync(lab.UserId, lab.ProjectId, lab.Images, cancel.Token);
        var cancelling = writer.WriteAsync((_, _) => cancel.CancelAsync(), None);
        begin.SetResult();
        await Task.WhenAll(held, cancelling);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(ImageTrash.ImagesAtATime, await Trash(lab).CountAsync(lab.UserId, lab.ProjectId, None));
    }

    [Fact]
    public async Task RestoreAsync_ALabelledImage_BringsBackLabelHistoryAndAllThatHungOnIt()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Flag);
        await lab.Studio.Get<ClassExamples>().AddAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Images[0], false, None);
        await AddRowAsync(lab, new ImageComment { ProjectId = lab.ProjectId, ImageId = lab.Images[0], UserId = lab.UserId, Text = "Eyes shut", CreatedUtc = lab.Clock.GetUtcNow().UtcDateTime });
        var before = await lab.ImageAsync(lab.Images[0]);
        var annotations = await lab.AnnotationsAsync();

        await Trash(lab).MoveAsync(lab.UserId, lab.ProjectId, lab.Images, None);
        var result = await lab.Studio.Get<TrashRestore>().RestoreAsync(lab.UserId, lab.ProjectId, [lab.Images[0]], None);

        var after = await lab.ImageAsync(lab.Images[0]);
        var history = await lab.AnnotationsAsync();
        await using var db = lab.Studio.OpenDatabase();
        Assert.Equal(new RestoredImages(1, 0), result);
        Assert.Equivalent(before, after, strict: true);
        Assert.Equivalent(annotations, history.SkipLast(1), strict: true);
        Assert.Equal((AnnotationKind.Restore, AnnotationOrigin.Trash), (history[^1].Kind, history[^1].Origin));
        Assert.Equal("Eyes shut", (await db.Set<ImageComment>().SingleAsync()).Text);
        Assert.Equal(lab.Owl, (await db.Set<ClassExample>().SingleAsync()).ClassId);
        Assert.Equal(2, await Trash(lab).CountAsync(lab.UserId, lab.ProjectId, None));
    }

    [Fact]
    public async Task RestoreAsync_ALabelGivenBefore_CanStillBeUndone()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var other = await lab.Studio.AddUserAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await Trash(lab).MoveAsync(other, lab.ProjectId, lab.Images, None);
        await lab.Studio.Get<TrashRestore>().RestoreAsync(other, lab.ProjectId, null, None);

        var undone = await lab.UndoAsync();

        Assert.Equal(1, undone!.ImageCount);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Fact]
    public async Task RestoreAsync_APictureUploadedAgainMeanwhile_StaysInTheTrash()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var first = await intake.AddAsync("a.png", TestImages.Png(1));
        await intake.Studio.Get<ImageTrash>().MoveAsync(intake.UserId, intake.ProjectId, [first.ImageId!.Value], None);
        var second = await intake.AddAsync("b.png", TestImages.Png(1));

        var result = await intake.Studio.Get<TrashRestore>().RestoreAsync(intake.UserId, intake.ProjectId, null, None);

        Assert.Equal(ImportOutcome.Added, second.Outcome);
        Assert.Equal(new RestoredImages(0, 1), result);
    }

    [Fact]
    public async Task FindFileAsync_InTheTrash_StillGivesTheFile()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var added = await intake.AddAsync("a.png", TestImages.Png(1));
        await intake.Studio.Get<ImageTrash>().MoveAsync(intake.UserId, intake.ProjectId, [added.ImageId!.Value], None);

        await intake.Studio.Get<UnusedFiles>().DeleteAsync(None);

        Assert.True(File.Exists((await FileAsync(intake, added.ImageId.Value))!.Path));
    }

    [Fact]
    public async Task DeleteAsync_ForGood_TakesTheFileUnlessAnotherProjectNeedsIt()
    {
        await using var intake = await IntakeFixture.StartAsync();
        var added = await intake.AddAsync("a.png", TestImages.Png(1));
        var shared = await intake.AddAsync("b.png", TestImages.Png(2));
        var other = await intake.Studio.AddProjectAsync(intake.UserId);
        var batch = await intake.Intake.StartBatchAsync(intake.UserId, other, "x", None);
        await intake.Intake.AddAsync(intake.UserId, other, batch, "b.png", TestImages.PngStream(2), null, None);
        var gonePath = (await FileAsync(intake, added.ImageId!.Value))!.Path;
        var keptPath = (await FileAsync(intake, shared.ImageId!.Value))!.Path;
        await intake.Studio.Get<ImageTrash>().MoveAsync(intake.UserId, intake.ProjectId, [added.ImageId.Value, shared.ImageId.Value], None);

        var deleted = await intake.Studio.Get<TrashDeletion>().DeleteAsync(intake.UserId, intake.ProjectId, null, None);

        Assert.Equal(2, deleted);
        Assert.False(File.Exists(gonePath));
        Assert.True(File.Exists(keptPath));
        Assert.Equal(0, await intake.Studio.Get<ImageTrash>().CountAsync(intake.UserId, intake.ProjectId, None));
    }

    [Fact]
    public async Task DeleteOldAsync_AfterTheDays_DeletesThoseOnly()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await Trash(lab).MoveAsync(lab.UserId, lab.ProjectId, [lab.Images[0]], None);
        lab.Clock.Advance(TimeSpan.FromDays(20));
        await Trash(lab).MoveAsync(lab.UserId, lab.ProjectId, [lab.Images[1]], None);
        lab.Clock.Advance(TimeSpan.FromDays(10.5));

        var deleted = await lab.Studio.Get<TrashDeletion>().DeleteOldAsync(None);

        Assert.Equal(1, deleted);
        Assert.Equal([lab.Images[1]], (await Trash(lab).PageAsync(lab.UserId, lab.ProjectId, null, 10, None)).Select(tile => tile.ImageId));
    }

    [Fact]
    public async Task EachStep_WithoutItsRight_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var lead = await lab.Studio.AddUserAsync(StudioRole.MlLead);

        await Assert.ThrowsAsync<AccessDeniedException>(() => Trash(lab).MoveAsync(annotator, lab.ProjectId, lab.Images, None));
        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.Studio.Get<TrashRestore>().RestoreAsync(annotator, lab.ProjectId, null, None));
        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.Studio.Get<TrashDeletion>().DeleteAsync(lead, lab.ProjectId, null, None));
        Assert.Equal(1, await Trash(lab).MoveAsync(lead, lab.ProjectId, lab.Images, None));
    }

    private static ImageTrash Trash(LabellingFixture lab) => lab.Studio.Get<ImageTrash>();

    private static async Task AddRowAsync(LabellingFixture lab, object row) =>
        await lab.Studio.Get<StudioWriter>().WriteAsync((db, _) => Task.FromResult(db.Add(row)), None);

    private static Task<ImageFile?> FileAsync(IntakeFixture intake, long imageId) =>
        intake.Library.FindFileAsync(intake.UserId, imageId, ImageVariant.Original, None);
}
