using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class LabellingLeaseTests
{
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
        Assert.Equal(new QueueStatus(Unlabelled: 5, HeldByOthers: 3, SkippedByYou: 0, Reserve: 1), status);
    }

    [Fact]
    public async Task TakeAsync_AfterThreeMinutesWithoutHeartbeat_GivesTheImageToOthers()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.TakeAsync(lab.UserId, 2);

        lab.Clock.Advance(TimeSpan.FromSeconds(130));
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

        Assert.Equal(before.Select(task => task.ImageId), after.Select(task => task.ImageId));
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

        await lab.Queue.ReleaseAsync(lab.UserId, lab.ProjectId, [lab.Images[0]], lastLease: long.MaxValue, CancellationToken.None);

        Assert.Single(await lab.TakeAsync(other, 1));
    }

    [Fact]
    public async Task TakeAsync_StillNamesADecidedImage_HoldsItNoLonger()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        await lab.TakeAsync(lab.UserId, 1);
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        // Asked before the answer to the decision had come.
        var next = await lab.TakeAsync(lab.UserId, 1, held: [lab.Images[0]]);

        var present = await lab.Queue.PresenceAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        Assert.Equal(lab.Images[1], next.Single().ImageId);
        Assert.Equal(1, present.Single().ImagesHeld);
    }

    [Fact]
    public async Task ReleaseAsync_OvertakenByALaterTake_LeavesWhatThatOneGot()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var before = await lab.TakeAsync(lab.UserId, 2);
        var again = await lab.TakeAsync(lab.UserId, 1);

        await lab.Queue.ReleaseAsync(lab.UserId, lab.ProjectId, lab.Images, before.Max(task => task.Lease), CancellationToken.None);
        var theirs = await lab.TakeAsync(other, 2);

        Assert.Equal(lab.Images[0], again.Single().ImageId);
        Assert.Equal([lab.Images[1]], theirs.Select(task => task.ImageId));
    }

    [Fact]
    public async Task LeaveAsync_BeforeWhatWasOnItsWayHasArrived_FreesThatToo()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var (page, second) = (Guid.NewGuid(), Guid.NewGuid());
        var known = await HandAsync(page, held: []);
        // Another tab of the same person keeps what it has.
        var elsewhere = await HandAsync(second, held: [known]);
        await HandAsync(page, held: [known, elsewhere]);

        // It holds on to the first, which is decided upon and not saved yet.
        await lab.Queue.LeaveAsync(lab.UserId, lab.ProjectId, page, lastLease: 1, CancellationToken.None);

        Assert.Equal(lab.Images[2..], (await lab.TakeAsync(other, 4)).Select(task => task.ImageId));

        async Task<long> HandAsync(Guid to, long[] held)
        {
            var tasks = await lab.TakeAsync(lab.UserId, 1, held: held);
            await lab.Queue.HandedAsync(lab.UserId, lab.ProjectId, to, tasks, CancellationToken.None);
            return tasks.Single().ImageId;
        }
    }

    [Fact]
    public async Task HandedAsync_ToAPageThatWasLeftMeanwhile_GivesItToOthersAtOnce()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        var page = Guid.NewGuid();
        var tasks = await lab.TakeAsync(lab.UserId, 1);
        await lab.Queue.LeaveAsync(lab.UserId, lab.ProjectId, page, lastLease: 0, CancellationToken.None);

        await lab.Queue.HandedAsync(lab.UserId, lab.ProjectId, page, tasks, CancellationToken.None);

        Assert.True(lab.Queue.HasLeft(lab.ProjectId, page));
        Assert.Single(await lab.TakeAsync(other, 1));
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
    public async Task PresenceAsync_TellsWhatEachLooksAt_AsLongAsTheyHoldIt()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        var mine = (await lab.TakeAsync(lab.UserId, 1))[0].ImageId;
        var theirs = (await lab.TakeAsync(other, 1))[0].ImageId;
        await lab.Queue.ShowAsync(lab.UserId, lab.ProjectId, mine, CancellationToken.None);
        await lab.Queue.ShowAsync(other, lab.ProjectId, theirs, CancellationToken.None);
        // Somebody else's image is not theirs to be seen on.
        await lab.Queue.ShowAsync(lab.UserId, lab.ProjectId, theirs, CancellationToken.None);

        var present = await lab.Queue.PresenceAsync(other, lab.ProjectId, CancellationToken.None);

        Assert.Equal([("Ada", (long?)null), ("Bo", theirs)], present.Select(person => (person.DisplayName, person.Shown?.ImageId)));
        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.Queue.PresenceAsync(Guid.NewGuid(), lab.ProjectId, CancellationToken.None));
    }

    [Fact]
    public async Task PresenceAsync_HiddenCheckOnSomebodysScreen_IsToldOnlyToThoseWhoKnowTheChecks()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None);
        await lab.Queue.TakeMatchingAsync(annotator, lab.ProjectId, new ImageFilter { Ids = [lab.Images[0]] }, null, 1, [], CancellationToken.None);
        await lab.Queue.ShowAsync(annotator, lab.ProjectId, lab.Images[0], CancellationToken.None);

        var forLead = await lab.Queue.PresenceAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        var forAnnotator = await lab.Queue.PresenceAsync(annotator, lab.ProjectId, CancellationToken.None);

        Assert.Equal(lab.Images[0], Assert.Single(forLead).Shown?.ImageId);
        Assert.Null(Assert.Single(forAnnotator).Shown);
    }
}
