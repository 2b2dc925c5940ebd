using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class BulkJobsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task StartAsync_TwoClasses_GivesEachItsOwnAndOneUndoTakesAllBack()
    {
        await using var lab = await LabellingFixture.StartAsync(2500);

        var begun = await StartAsync(lab, Label(new BulkPart(lab.Images[..1500], lab.Owl), new BulkPart(lab.Images[1500..], lab.Robin)));
        var ended = await EndAsync(lab);

        Assert.Equal((2500, BulkAction.Decide), (begun.Total, begun.Action));
        Assert.Equal((BulkJobState.Done, 2500, 2500), (ended.State, ended.Done, ended.Changed));
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[2499])).LabelClassId);
        Assert.Equal(2500, (await lab.UndoAsync())!.ImageCount);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Fact]
    public async Task CancelAsync_WhileItRuns_KeepsWhatIsDoneForOneUndo()
    {
        await using var lab = await LabellingFixture.StartAsync(3000);
        await StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl)));
        var go = new TaskCompletionSource();
        var held = lab.Studio.Get<StudioWriter>().WriteAsync((_, _) => go.Task, None);
        var second = StartAsync(lab, Label(new BulkPart(lab.Images, lab.Robin)));

        var cancelling = Jobs(lab).CancelAsync(lab.UserId, lab.ProjectId, None);
        go.SetResult();
        await held;
        await Assert.ThrowsAsync<ConflictException>(() => second);
        var ended = (await cancelling)!;

        var labelled = (await lab.Studio.Get<ImageLibrary>().CountsAsync(lab.UserId, lab.ProjectId, None)).Labelled;
        Assert.Equal(BulkJobState.Cancelled, ended.State);
        Assert.True(labelled < 3000);
        Assert.Equal(ended.Changed, labelled);
    }

    [Fact]
    public async Task Restart_InTheMiddle_GoesOnAndOneUndoTakesAllBack()
    {
        await using var lab = await LabellingFixture.StartAsync(3500);
        await lab.LabelAsync(lab.Images[3400], lab.Robin);
        await StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl)) with { OnlyUnlabelled = true });

        await RestartAsync(lab);
        var left = (await Jobs(lab).LastAsync(lab.UserId, lab.ProjectId, None))!;
        await ResumeAsync(lab);
        var ended = await EndAsync(lab);

        Assert.Equal((BulkJobState.Running, 3500), (left.State, left.Total));
        Assert.InRange(left.Done, 0, 3000);
        Assert.Equal((BulkJobState.Done, 3500, 3499, 1), (ended.State, ended.Done, ended.Changed, ended.LeftOut));
        Assert.Equal([lab.Images[3400]], ended.LeftOutIds);
        Assert.Equal(3499, (await lab.AnnotationsAsync()).Count(annotation => annotation.ClassId == lab.Owl));
        Assert.Equal(3499, (await lab.UndoAsync())!.ImageCount);
        var counts = await lab.Studio.Get<ImageLibrary>().CountsAsync(lab.UserId, lab.ProjectId, None);
        Assert.Equal((3499, 1), (counts.Unlabelled, counts.Labelled));
    }

    [Theory]
    [InlineData(BulkAction.Split, 5500)]
    [InlineData(BulkAction.Trash, 1800)]
    public async Task Restart_InTheMiddleOfAnotherAction_CountsEachImageOnce(BulkAction action, int images)
    {
        await using var lab = await LabellingFixture.StartAsync(images);
        var inTest = await CountAsync(lab, Split.Test);
        await StartAsync(lab, new BulkOrder(action, [new(lab.Images, null)], Split: Split.Test));

        await RestartAsync(lab);
        await ResumeAsync(lab);
        var ended = await EndAsync(lab);

        Assert.Equal((BulkJobState.Done, images), (ended.State, ended.Done));
        Assert.Equal(action == BulkAction.Trash ? images : images - inTest, ended.Changed);
        foreach (var moveId in ended.MoveIds)
        {
            await lab.Studio.Get<SplitMoves>().UndoAsync(lab.UserId, lab.ProjectId, moveId, None);
        }

        Assert.Equal(action == BulkAction.Trash ? 0 : inTest, await CountAsync(lab, Split.Test));
    }

    [Fact]
    public async Task CancelAsync_ThenRestart_DoesNotGoOn()
    {
        await using var lab = await LabellingFixture.StartAsync(3000);
        await StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl)));
        var cancelled = (await Jobs(lab).CancelAsync(lab.UserId, lab.ProjectId, None))!;

        await lab.Studio.RestartAsync();
        await ResumeAsync(lab);
        var ended = await EndAsync(lab);

        Assert.Equivalent(cancelled, ended, strict: true);
        Assert.Equal(ended.Changed, (await lab.Studio.Get<ImageLibrary>().CountsAsync(lab.UserId, lab.ProjectId, None)).Labelled);
    }

    [Fact]
    public async Task StartAsync_WhatAFilterFound_IsCountedBeforeAndInEachHistoryOnceAfter()
    {
        await using var lab = await LabellingFixture.StartAsync(40);
        var library = lab.Studio.Get<ImageLibrary>();
        foreach (var image in lab.Images[..25])
        {
            await lab.LabelAsync(image, lab.Robin);
        }

        var found = await library.IdsAsync(lab.UserId, lab.ProjectId, new ImageFilter { ClassId = lab.Robin }, None);
        var before = await library.CountSelectedAsync(lab.UserId, lab.ProjectId, found, None);
        await StartAsync(lab, Label(new BulkPart(found, lab.Owl)));
        var ended = await EndAsync(lab);

        Assert.Equal((0, 25, 0), (before.Unlabelled, before.ByClass[lab.Robin], before.Discarded));
        Assert.Equal((BulkJobState.Done, 25), (ended.State, ended.Changed));
        foreach (var image in lab.Images)
        {
            var history = await lab.Studio.Get<ImageHistory>().ListAsync(lab.UserId, image, None);
            Assert.Equal(found.Contains(image) ? 1 : 0, history.Count(entry => entry.Origin == AnnotationOrigin.Bulk && entry.ClassId == lab.Owl));
        }
    }

    [Fact]
    public async Task StartAsync_OnlyUnlabelled_TellsHowManyWereLeftOut()
    {
        await using var lab = await LabellingFixture.StartAsync(30);
        await lab.LabelAsync(lab.Images[0], lab.Robin);

        await StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl)) with { OnlyUnlabelled = true });
        var ended = await EndAsync(lab);

        Assert.Equal((BulkJobState.Done, 30, 29, 1), (ended.State, ended.Done, ended.Changed, ended.LeftOut));
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task StartAsync_Split_TellsWhatToTakeItBackBy()
    {
        await using var lab = await LabellingFixture.StartAsync(20);

        await StartAsync(lab, new BulkOrder(BulkAction.Split, [new(lab.Images, null)], Split: Split.Test));
        var ended = await EndAsync(lab);
        await lab.Studio.Get<SplitMoves>().UndoAsync(lab.UserId, lab.ProjectId, Assert.Single(ended.MoveIds), None);

        Assert.Equal((BulkJobState.Done, 20), (ended.State, ended.Done));
        Assert.NotEqual(20, await lab.Studio.Get<ImageLibrary>().CountAsync(lab.UserId, lab.ProjectId, new ImageFilter { Split = Split.Test }, None));
    }

    [Fact]
    public async Task StartAsync_Trash_MovesThemThere()
    {
        await using var lab = await LabellingFixture.StartAsync(20);

        await StartAsync(lab, new BulkOrder(BulkAction.Trash, [new(lab.Images[..15], null)]));
        var ended = await EndAsync(lab);

        Assert.Equal(15, ended.Changed);
        Assert.Equal(15, await lab.Studio.Get<ImageTrash>().CountAsync(lab.UserId, lab.ProjectId, None));
    }

    [Fact]
    public async Task StartAsync_AnArchivedClass_FailsAndSaysWhy()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Owl, None);

        await StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl)));
        var ended = await EndAsync(lab);

        Assert.Equal((BulkJobState.Failed, 0), (ended.State, ended.Changed));
        Assert.Contains("archived", ended.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndOfAJob_ThatCannotBeSaved_IsTriedAgainUntilTheNextCanBegin()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        var clock = new WaitedForClock();
        await using var jobs = ActivatorUtilities.CreateInstance<BulkJobs>(lab.Studio.Services, clock);
        await ExecuteAsync(lab, NoEnds);

        await jobs.StartAsync(lab.UserId, lab.ProjectId, Label(new BulkPart(lab.Images, lab.Owl)), None);
        var wait = await clock.Wait.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ConflictException>(() => jobs.StartAsync(lab.UserId, lab.ProjectId, Label(new BulkPart(lab.Images, lab.Robin)), None));
        await ExecuteAsync(lab, "DROP TRIGGER NoEnds");
        await jobs.EndOfLastAsync(lab.UserId, lab.ProjectId);
        var ended = (await jobs.LastAsync(lab.UserId, lab.ProjectId, None))!;
        await jobs.StartAsync(lab.UserId, lab.ProjectId, Label(new BulkPart(lab.Images, lab.Robin)), None);
        await jobs.EndOfLastAsync(lab.UserId, lab.ProjectId);

        Assert.Equal(TimeSpan.FromSeconds(5), wait);
        Assert.Equal((BulkJobState.Done, 3), (ended.State, ended.Changed));
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task EndOfAJob_ThatCannotBeSavedBeforeTheProgramCloses_IsSavedAfterTheNextStart()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await ExecuteAsync(lab, NoEnds);
        await StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl)));

        // The clock stands still: only the close ends the wait for the next try.
        await lab.Studio.RestartAsync();
        await ExecuteAsync(lab, "DROP TRIGGER NoEnds");
        await ResumeAsync(lab);
        var ended = await EndAsync(lab);

        Assert.Equal((BulkJobState.Done, 3), (ended.State, ended.Changed));
    }

    [Fact]
    public async Task StartAsync_WithoutTheRightOrAWholeOrder_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => Jobs(lab).StartAsync(annotator, lab.ProjectId, new BulkOrder(BulkAction.Trash, [new(lab.Images, null)]), None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(lab, new BulkOrder(BulkAction.Decide, [new(lab.Images, null)])));
        await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(lab, Label()));
        await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl), null!)));
        await Assert.ThrowsAsync<InvalidRequestException>(() => StartAsync(lab, Label(new BulkPart(lab.Images, lab.Owl), new BulkPart(null!, lab.Owl))));
        Assert.Null(await Jobs(lab).LastAsync(lab.UserId, lab.ProjectId, None));
    }

    private const string NoEnds =
        "CREATE TRIGGER NoEnds BEFORE UPDATE OF State ON BulkJobs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";

    private static async Task ExecuteAsync(LabellingFixture lab, string sql)
    {
        await using var db = lab.Studio.OpenDatabase();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    private static BulkJobs Jobs(LabellingFixture lab) => lab.Studio.Get<BulkJobs>();

    /// <summary>Ends the program while the job waits for its turn to write.</summary>
    private static async Task RestartAsync(LabellingFixture lab)
    {
        var go = new TaskCompletionSource();
        var held = lab.Studio.Get<StudioWriter>().WriteAsync((_, _) => go.Task, None);
        var stopping = ((IHostedService)Jobs(lab)).StopAsync(None);
        go.SetResult();
        await held;
        await stopping;
        await lab.Studio.RestartAsync();
    }

    private static Task ResumeAsync(LabellingFixture lab) => ((IHostedService)Jobs(lab)).StartAsync(None);

    private static Task<int> CountAsync(LabellingFixture lab, Split split) =>
        lab.Studio.Get<ImageLibrary>().CountAsync(lab.UserId, lab.ProjectId, new ImageFilter { Split = split }, None);

    private static BulkOrder Label(params BulkPart[] parts) => new(BulkAction.Decide, parts, AnnotationKind.Label);

    private static Task<BulkJobStatus> StartAsync(LabellingFixture lab, BulkOrder order) =>
        Jobs(lab).StartAsync(lab.UserId, lab.ProjectId, order, None);

    private static async Task<BulkJobStatus> EndAsync(LabellingFixture lab)
    {
        await Jobs(lab).EndOfLastAsync(lab.UserId, lab.ProjectId);
        return (await Jobs(lab).LastAsync(lab.UserId, lab.ProjectId, None))!;
    }

    /// <summary>Tells of the first wait, and makes each short.</summary>
    private sealed class WaitedForClock : TimeProvider
    {
        public TaskCompletionSource<TimeSpan> Wait { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Wait.TrySetResult(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(20), period);
        }
    }
}
