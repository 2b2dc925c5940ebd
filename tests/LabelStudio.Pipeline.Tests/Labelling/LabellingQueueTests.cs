using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class LabellingQueueTests
{
    [Fact]
    public async Task TakeAsync_Oldest_GivesUnlabelledImagesInOrder()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[1], lab.Owl);

        var tasks = await lab.TakeAsync(lab.UserId, 3);

        Assert.Equal([lab.Images[0], lab.Images[2], lab.Images[3]], tasks.Select(task => task.ImageId));
    }

    [Fact]
    public async Task TakeAsync_Uncertain_FollowsThePublishedOrderThenTheRest()
    {
        await using var lab = await LabellingFixture.StartAsync();
        lab.Studio.Get<LabellingPriorities>().Publish(lab.ProjectId, Orders([lab.Images[4], lab.Images[2], 987654]));

        var tasks = await lab.TakeAsync(lab.UserId, 10, QueueOrder.Uncertain);

        Assert.Equal(
            [lab.Images[4], lab.Images[2], lab.Images[0], lab.Images[1], lab.Images[3]], tasks.Select(task => task.ImageId));
    }

    [Fact]
    public async Task TakeAsync_Uncertain_FollowsANewOrderAtOnce()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var priorities = lab.Studio.Get<LabellingPriorities>();
        priorities.Publish(lab.ProjectId, Orders([lab.Images[4], lab.Images[3]]));
        var first = await lab.TakeAsync(lab.UserId, 1, QueueOrder.Uncertain);
        await lab.LabelAsync(lab.Images[4], lab.Owl);

        priorities.Publish(lab.ProjectId, Orders([lab.Images[1], lab.Images[3]]));
        var second = await lab.TakeAsync(lab.UserId, 1, QueueOrder.Uncertain);

        Assert.Equal((lab.Images[4], lab.Images[1]), (first[0].ImageId, second[0].ImageId));
    }

    [Fact]
    public async Task TakeAsync_Random_GivesAllAndNotInTheOrderOfArrival()
    {
        await using var lab = await LabellingFixture.StartAsync(50);

        var tasks = await lab.TakeAsync(lab.UserId, 50, QueueOrder.Random);

        Assert.Equal(lab.Images, tasks.Select(task => task.ImageId).Order());
        Assert.NotEqual(lab.Images, tasks.Select(task => task.ImageId));
    }

    [Theory]
    [InlineData(AnnotationKind.Label, AnnotationKind.Clear)]
    [InlineData(AnnotationKind.Discard, AnnotationKind.Restore)]
    public async Task DecideAsync_TakenBack_KeepsTheImageForWhoeverLooksAtIt(AnnotationKind kind, AnnotationKind inverse)
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.DecideAsync(new Decision(Guid.NewGuid(), lab.Images[0], kind, kind == AnnotationKind.Label ? lab.Owl : null));

        await lab.DecideAsync(lab.Images[0], inverse);

        Assert.Empty(await lab.TakeAsync(other, 1));
        Assert.Single(await lab.TakeAsync(lab.UserId, 1));
    }

    [Fact]
    public async Task Skip_ComesBackToTheSamePersonLastAndToOthersAsEver()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.TakeAsync(lab.UserId, 1);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Skip);

        var mine = await lab.TakeAsync(lab.UserId, 3);
        await lab.Queue.ReleaseAsync(lab.UserId, lab.ProjectId, lab.Images, lastLease: long.MaxValue, CancellationToken.None);
        var theirs = await lab.TakeAsync(other, 1);

        Assert.Equal([lab.Images[1], lab.Images[2], lab.Images[0]], mine.Select(task => task.ImageId));
        Assert.Equal(lab.Images[0], theirs[0].ImageId);
    }

    [Fact]
    public async Task Skip_OutlivesARestart()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Skip);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Skip);
        await lab.UndoAsync();

        await lab.Studio.RestartAsync();

        var tasks = await lab.TakeAsync(lab.UserId, 3);
        Assert.Equal([lab.Images[1], lab.Images[2], lab.Images[0]], tasks.Select(task => task.ImageId));
    }

    [Fact]
    public async Task UndoAsync_ASkip_BringsTheImageToTheFrontAgain()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.TakeAsync(lab.UserId, 1);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Skip);

        var undone = await lab.UndoAsync();

        Assert.Equal((lab.Images[0], AnnotationKind.Skip), (undone!.Task.ImageId, undone.Kind));
        Assert.Equal(lab.Images[0], (await lab.TakeAsync(lab.UserId, 1))[0].ImageId);
    }

    [Fact]
    public async Task StatusAsync_Reserve_IsAFairPartAndNothingWhileOthersWait()
    {
        await using var lab = await LabellingFixture.StartAsync(80);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var (alone, _) = (await ReserveAsync(lab.UserId), await lab.TakeAsync(other, 1));
        var withAnother = await ReserveAsync(lab.UserId);
        await lab.TakeAsync(lab.UserId, 100);
        await lab.Queue.ReleaseAsync(other, lab.ProjectId, lab.Images, long.MaxValue, CancellationToken.None);
        await lab.TakeAsync(lab.UserId, 100);

        Assert.Empty(await lab.TakeAsync(other, 1));

        Assert.Equal((40, 20), (alone, withAnother));
        Assert.Equal(0, await ReserveAsync(lab.UserId));
        Assert.Equal(0, await lab.Queue.HeartbeatAsync(lab.UserId, lab.ProjectId, lab.Images, CancellationToken.None));
        lab.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(40, await ReserveAsync(lab.UserId));

        async Task<int> ReserveAsync(Guid userId) => (await lab.Queue.StatusAsync(userId, lab.ProjectId, CancellationToken.None)).Reserve;
    }

    [Fact]
    public async Task SkippedAsync_WhatNobodyLabelledSince_IsToldInTheOrderOfSkipping()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        foreach (var place in new[] { 3, 0, 2 })
        {
            await lab.DecideAsync(lab.Images[place], AnnotationKind.Skip);
        }

        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: other);

        Assert.Equal([lab.Images[3], lab.Images[2]], await lab.Queue.SkippedAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
        Assert.Empty(await lab.Queue.SkippedAsync(other, lab.ProjectId, CancellationToken.None));
        Assert.Equal(2, (await lab.Queue.StatusAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).SkippedByYou);
    }

    [Fact]
    public async Task StatusAsync_AllImagesOpenElsewhere_SaysSoAndNotThatNoneIsLeft()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.TakeAsync(lab.UserId, 3);

        var tasks = await lab.TakeAsync(other, 3);
        var status = await lab.Queue.StatusAsync(other, lab.ProjectId, CancellationToken.None);

        Assert.Empty(tasks);
        Assert.Equal(new QueueStatus(Unlabelled: 3, HeldByOthers: 3, SkippedByYou: 0, Reserve: 0), status);
    }

    [Theory]
    [InlineData(QueueOrder.Entropy)]
    [InlineData(QueueOrder.Mixed)]
    [InlineData(QueueOrder.ClassBalanced)]
    public async Task TakeAsync_ChosenOrder_FollowsIt_AndTheUsualOneUntilItIsThere(QueueOrder order)
    {
        await using var lab = await LabellingFixture.StartAsync();
        var priorities = lab.Studio.Get<LabellingPriorities>();
        priorities.Publish(lab.ProjectId, Orders([lab.Images[4], lab.Images[3]]));
        var meanwhile = await lab.TakeAsync(lab.UserId, 1, order);
        await lab.Queue.ReleaseAsync(lab.UserId, lab.ProjectId, lab.Images, lastLease: long.MaxValue, CancellationToken.None);

        priorities.Publish(lab.ProjectId, new Dictionary<QueueOrder, long[]> { [QueueOrder.Uncertain] = [lab.Images[4]], [order] = [lab.Images[2]] });
        var chosen = await lab.TakeAsync(lab.UserId, 1, order);

        Assert.Equal((lab.Images[4], lab.Images[2]), (meanwhile[0].ImageId, chosen[0].ImageId));
    }

    [Fact]
    public async Task TakeAsync_ByAViewer_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var viewer = await lab.Studio.AddUserAsync(StudioRole.Viewer);

        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.TakeAsync(viewer, 1));
    }

    [Theory]
    [InlineData(QueueOrder.Oldest)]
    [InlineData(QueueOrder.Uncertain)]
    public async Task TakeAsync_TenPeopleOverTwoThousandImages_NoImageIsGivenTwiceAndNoneIsLost(QueueOrder order)
    {
        await using var lab = await LabellingFixture.StartAsync(2000);
        var priorities = lab.Studio.Get<LabellingPriorities>();
        priorities.Publish(lab.ProjectId, Orders([.. lab.Images.Reverse()]));
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => lab.Studio.AddUserAsync(StudioRole.Annotator)));

        var given = await Task.WhenAll(people.Select(person => Task.Run(() => LabelAllAsync(lab, person, order))));

        var all = given.SelectMany(images => images).ToList();
        Assert.Equal(2000, all.Count);
        Assert.Equal(lab.Images, all.Order());
        Assert.Equal(2000, (await lab.AnnotationsAsync()).Count);
    }

    private static async Task<List<long>> LabelAllAsync(LabellingFixture lab, Guid person, QueueOrder order)
    {
        var given = new List<long>();
        while (await lab.TakeAsync(person, 5, order) is { Count: > 0 } tasks)
        {
            given.AddRange(tasks.Select(task => task.ImageId));
            var results = await lab.Labeller.DecideAsync(
                person,
                lab.ProjectId,
                [.. tasks.Select(task => new Decision(Guid.NewGuid(), task.ImageId, AnnotationKind.Label, lab.Owl, task.LabelVersion))],
                CancellationToken.None);
            Assert.All(results, result => Assert.Equal(DecisionOutcome.Saved, result.Outcome));
        }

        return given;
    }

    private static Dictionary<QueueOrder, long[]> Orders(params long[] uncertainFirst) => new() { [QueueOrder.Uncertain] = uncertainFirst };
}
