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
        lab.Studio.Get<LabellingPriorities>().Publish(lab.ProjectId, [lab.Images[4], lab.Images[2], 987654]);

        var tasks = await lab.TakeAsync(lab.UserId, 10, QueueOrder.Uncertain);

        Assert.Equal(
            [lab.Images[4], lab.Images[2], lab.Images[0], lab.Images[1], lab.Images[3]], tasks.Select(task => task.ImageId));
    }

    [Fact]
    public async Task TakeAsync_Uncertain_FollowsANewOrderAtOnce()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var priorities = lab.Studio.Get<LabellingPriorities>();
        priorities.Publish(lab.ProjectId, [lab.Images[4], lab.Images[3]]);
        var first = await lab.TakeAsync(lab.UserId, 1, QueueOrder.Uncertain);
        await lab.LabelAsync(lab.Images[4], lab.Owl);

        priorities.Publish(lab.ProjectId, [lab.Images[1], lab.Images[3]]);
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

    [Fact]
    public async Task TakeAsync_WhatSomebodyHolds_IsGivenToNobodyElse()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var first = await lab.TakeAsync(lab.UserId, 3);

        var second = await lab.TakeAsync(other, 5);

        Assert.Equal(2, second.Count);
        Assert.Empty(first.Select(task => task.ImageId).Intersect(second.Select(task => task.ImageId)));
        var status = await lab.Queue.StatusAsync(other, lab.ProjectId, CancellationToken.None);
        Assert.Equal(new QueueStatus(Unlabelled: 5, HeldByOthers: 3, SkippedByYou: 0), status);
    }

    [Fact]
    public async Task TakeAsync_AfterTwoMinutesWithoutHeartbeat_GivesTheImageToOthers()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.TakeAsync(lab.UserId, 2);

        lab.Clock.Advance(TimeSpan.FromSeconds(90));
        await lab.Queue.HeartbeatAsync(lab.UserId, lab.ProjectId, [lab.Images[0]], CancellationToken.None);
        lab.Clock.Advance(TimeSpan.FromSeconds(60));
        var given = await lab.TakeAsync(other, 2);

        Assert.Equal([lab.Images[1]], given.Select(task => task.ImageId));
    }

    [Fact]
    public async Task TakeAsync_AfterAReload_GivesTheOwnImagesAgain()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var before = await lab.TakeAsync(lab.UserId, 2);

        var after = await lab.TakeAsync(lab.UserId, 2);

        Assert.Equal(before, after);
    }

    [Fact]
    public async Task TakeAsync_WhatThePageHolds_IsNotGivenAgain()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var first = await lab.TakeAsync(lab.UserId, 2);

        var next = await lab.TakeAsync(lab.UserId, 2, held: [.. first.Select(task => task.ImageId)]);

        Assert.Equal([lab.Images[2], lab.Images[3]], next.Select(task => task.ImageId));
    }

    [Fact]
    public async Task ReleaseAsync_GivesTheImageToOthersAtOnce()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.TakeAsync(lab.UserId, 1);

        await lab.Queue.ReleaseAsync(lab.UserId, lab.ProjectId, [lab.Images[0]], CancellationToken.None);

        Assert.Single(await lab.TakeAsync(other, 1));
    }

    [Fact]
    public async Task Skip_ComesBackToTheSamePersonLastAndToOthersAsEver()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.TakeAsync(lab.UserId, 1);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Skip);

        var mine = await lab.TakeAsync(lab.UserId, 3);
        await lab.Queue.ReleaseAsync(lab.UserId, lab.ProjectId, lab.Images, CancellationToken.None);
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
    public async Task LeaseAsync_GoingBack_WorksUnlessSomebodyHasIt()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        var back = await lab.Queue.LeaseAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None);
        var taken = await lab.Queue.LeaseAsync(other, lab.ProjectId, lab.Images[0], CancellationToken.None);

        Assert.Equal((lab.Owl, 1), (back!.ClassId!.Value, back.LabelVersion));
        Assert.Null(taken);
        Assert.Null(await lab.Queue.LeaseAsync(lab.UserId, lab.ProjectId, 424242, CancellationToken.None));
    }

    [Fact]
    public async Task PresenceAsync_NamesWhoIsLabelling()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await lab.TakeAsync(lab.UserId, 2);
        await lab.TakeAsync(other, 1);

        var present = await lab.Queue.PresenceAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

        Assert.Equal([("Ada", 2), ("Bo", 1)], present.Select(person => (person.DisplayName, person.ImagesHeld)));
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
        priorities.Publish(lab.ProjectId, [.. lab.Images.Reverse()]);
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
}
