using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>Actions on so many images that their rows are written by few statements.</summary>
public sealed class BulkActionTests
{
    [Fact]
    public async Task DecideManyAsync_ManyImages_SavesWhatOneByOneWould()
    {
        await using var lab = await LabellingFixture.StartAsync(60);
        long[] many = lab.Images[..50];
        long[] few = lab.Images[50..];
        await lab.LabelAsync(many[0], lab.Robin);
        await lab.LabelAsync(few[0], lab.Robin);

        var changed = await ManyAsync(lab, many, AnnotationKind.Label, lab.Owl);
        await ManyAsync(lab, few, AnnotationKind.Label, lab.Owl);

        Assert.Equal(50, changed);
        foreach (var place in new[] { 0, 1, 9 })
        {
            Assert.Equivalent(await StateAsync(lab, few[place]), await StateAsync(lab, many[place]), strict: true);
        }
    }

    [Fact]
    public async Task UndoAsync_OfManyImages_BringsBackWhatEachHad()
    {
        await using var lab = await LabellingFixture.StartAsync(50);
        await lab.LabelAsync(lab.Images[3], lab.Robin);
        await lab.DecideAsync(lab.Images[4], AnnotationKind.Discard);
        await ManyAsync(lab, lab.Images, AnnotationKind.Label, lab.Owl);

        var undone = await lab.UndoAsync();

        Assert.Equal(50, undone!.ImageCount);
        Assert.Equal((ImageState.Labelled, lab.Robin), await LabelAsync(lab, 3));
        Assert.Equal((ImageState.Discarded, null), await LabelAsync(lab, 4));
        Assert.Equal((ImageState.Unlabelled, null), await LabelAsync(lab, 5));
        Assert.Equal(50, (await lab.RedoAsync())!.ImageCount);
        Assert.Equal((ImageState.Labelled, lab.Owl), await LabelAsync(lab, 4));
    }

    [Fact]
    public async Task DecidePartsAsync_FiveHundredTiles_AreOneActionAndOneUndo()
    {
        await using var lab = await LabellingFixture.StartAsync(500);

        var result = await PartsAsync(lab, new BulkPart(lab.Images, lab.Owl, [.. lab.Images.Select(_ => (int?)0)]));
        var annotations = await lab.AnnotationsAsync();
        var undone = await lab.UndoAsync();

        Assert.Equal((500, 0), (result.Changed, result.LeftOut.Count));
        Assert.Equal(lab.Images.Order(), annotations.Select(annotation => annotation.ImageId).Order());
        Assert.Single(annotations.Select(annotation => annotation.ActionId).Distinct());
        Assert.Equal(500, undone!.ImageCount);
        await using var db = lab.Studio.OpenDatabase();
        Assert.Equal(500, await db.Images.CountAsync(image => image.State == ImageState.Unlabelled && image.LabelClassId == null));
        Assert.Null(await lab.UndoAsync());
    }

    [Fact]
    public async Task DecideManyAsync_FlagAndUnflag_LeaveLabelsAlone()
    {
        await using var lab = await LabellingFixture.StartAsync(30);
        await ManyAsync(lab, lab.Images, AnnotationKind.Label, lab.Owl);
        var before = await lab.ImageAsync(lab.Images[7]);

        await ManyAsync(lab, lab.Images, AnnotationKind.Flag, null);

        var after = await lab.ImageAsync(lab.Images[7]);
        Assert.True(after.IsFlagged);
        Assert.Equal((before.LabelVersion, before.LabelClassId, before.LabelledUtc), (after.LabelVersion, after.LabelClassId, after.LabelledUtc));
    }

    [Fact]
    public async Task DecideAsync_ManyDecisionsSentTwice_AreSavedOnceAndConflictsAreKept()
    {
        await using var lab = await LabellingFixture.StartAsync(40);
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        Decision[] decisions = [.. lab.Images.Select(id => new Decision(Guid.NewGuid(), id, AnnotationKind.Label, lab.Owl, ExpectedVersion: 0))];

        var first = await lab.Labeller.DecideAsync(lab.UserId, lab.ProjectId, decisions, CancellationToken.None);
        var second = await lab.Labeller.DecideAsync(lab.UserId, lab.ProjectId, decisions, CancellationToken.None);

        Assert.Equal([DecisionOutcome.Conflict, .. Enumerable.Repeat(DecisionOutcome.Saved, 39)], first.Select(result => result.Outcome));
        Assert.Equal([DecisionOutcome.Conflict, .. Enumerable.Repeat(DecisionOutcome.AlreadySaved, 39)], second.Select(result => result.Outcome));
        Assert.Equal((ImageState.Labelled, lab.Robin), await LabelAsync(lab, 0));
        Assert.Equal(40, (await lab.AnnotationsAsync()).Count);
    }

    [Fact]
    public async Task DecidePartsAsync_OnlyUnlabelled_LeavesAloneWhatOthersDecidedMeanwhile()
    {
        await using var lab = await LabellingFixture.StartAsync(4);
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: other);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Discard, other);

        var result = await PartsAsync(lab, new BulkPart(lab.Images, lab.Owl), onlyUnlabelled: true);

        Assert.Equal(2, result.Changed);
        Assert.Equal(lab.Images[..2], result.LeftOut);
        Assert.Equal((ImageState.Labelled, lab.Robin), await LabelAsync(lab, 0));
        Assert.Equal((ImageState.Discarded, null), await LabelAsync(lab, 1));
        Assert.Equal((ImageState.Labelled, lab.Owl), await LabelAsync(lab, 2));
    }

    [Fact]
    public async Task DecidePartsAsync_VersionsThePersonSaw_LeavesAloneWhatWasDecidedSince()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await ManyAsync(lab, lab.Images, AnnotationKind.Label, lab.Robin);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        var crow = await lab.AddClassAsync("Crow");

        var result = await PartsAsync(lab, new BulkPart(lab.Images, crow, [1, 1, null]));

        Assert.Equal(2, result.Changed);
        Assert.Equal([lab.Images[0]], result.LeftOut);
        Assert.Equal(lab.Owl, (await LabelAsync(lab, 0)).Item2);
        Assert.Equal(crow, (await LabelAsync(lab, 1)).Item2);
        Assert.Equal(crow, (await LabelAsync(lab, 2)).Item2);
    }

    [Fact]
    public async Task DecidePartsAsync_NeverReadTilesAsOfTheSelection_LeavesAloneWhatWasDecidedSince()
    {
        await using var lab = await LabellingFixture.StartAsync(6);
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        var asOf = await lab.Labeller.LastActAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        await lab.LabelAsync(lab.Images[1], lab.Robin);
        await lab.DecideAsync(lab.Images[2], AnnotationKind.Discard);
        await lab.DecideAsync(lab.Images[3], AnnotationKind.Flag);
        await lab.DecideAsync(lab.Images[4], AnnotationKind.Skip);

        var result = await PartsAsync(lab, new BulkPart(lab.Images, lab.Owl), asOf: asOf);

        Assert.Equal(4, result.Changed);
        Assert.Equal([lab.Images[1], lab.Images[2]], result.LeftOut);
        Assert.Equal((ImageState.Labelled, lab.Owl), await LabelAsync(lab, 0));
        Assert.Equal((ImageState.Labelled, lab.Robin), await LabelAsync(lab, 1));
        Assert.Equal((ImageState.Discarded, null), await LabelAsync(lab, 2));
    }

    [Fact]
    public async Task DecidePartsAsync_ActsSinceTheSelectionThatDecidedNothing_LeaveNothingOut()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, OverlapAnnotators = 2, OverlapPercent = 100 }, CancellationToken.None);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: annotator);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Discard);
        await lab.DecideAsync(lab.Images[2], AnnotationKind.Skip);
        var asOf = await lab.Labeller.LastActAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        await lab.DecideAsync(lab.Images[0], AnnotationKind.Clear, annotator);
        await lab.DecideAsync(new Decision(Guid.NewGuid(), lab.Images[1], AnnotationKind.Discard) { DiscardReason = "blurred" });
        await lab.UndoAsync();
        await lab.Studio.Get<ImageTrash>().MoveAsync(lab.UserId, lab.ProjectId, [lab.Images[2]], CancellationToken.None);
        await lab.Studio.Get<TrashRestore>().RestoreAsync(lab.UserId, lab.ProjectId, [lab.Images[2]], CancellationToken.None);

        var result = await PartsAsync(lab, new BulkPart(lab.Images, lab.Owl), asOf: asOf);

        Assert.Empty(result.LeftOut);
        Assert.Equal(3, result.Changed);
    }

    [Fact]
    public async Task DecidePartsAsync_VersionSeenAfterTheSelection_CountsMoreThanItsMoment()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        await lab.LabelAsync(lab.Images[0], lab.Robin);

        var result = await PartsAsync(lab, new BulkPart(lab.Images, lab.Owl, [1]), asOf: 0);

        Assert.Equal((1, 0), (result.Changed, result.LeftOut.Count));
    }

    [Fact]
    public async Task DecidePartsAsync_FewerVersionsThanImages_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(2);

        await Assert.ThrowsAsync<InvalidRequestException>(() => PartsAsync(lab, new BulkPart(lab.Images, lab.Owl, [0])));
        Assert.Empty(await lab.AnnotationsAsync());
    }

    private static Task<BulkResult> PartsAsync(LabellingFixture lab, BulkPart part, bool onlyUnlabelled = false, long? asOf = null) =>
        lab.Labeller.DecidePartsAsync(lab.UserId, lab.ProjectId, [part], AnnotationKind.Label, onlyUnlabelled, asOf, CancellationToken.None);

    private static Task<int> ManyAsync(LabellingFixture lab, long[] images, AnnotationKind kind, Guid? classId) =>
        lab.Labeller.DecideManyAsync(lab.UserId, lab.ProjectId, images, kind, classId, CancellationToken.None);

    private static async Task<(ImageState, Guid?)> LabelAsync(LabellingFixture lab, int index)
    {
        var image = await lab.ImageAsync(lab.Images[index]);
        return (image.State, image.LabelClassId);
    }

    /// <summary>What must be the same however it was written: found by its action, too.</summary>
    private static async Task<object> StateAsync(LabellingFixture lab, long imageId)
    {
        var image = await lab.ImageAsync(imageId);
        await using var db = lab.Studio.OpenDatabase();
        var actionId = (await db.Annotations.OrderBy(annotation => annotation.Id).LastAsync(annotation => annotation.ImageId == imageId)).ActionId;
        var annotation = await db.Annotations.SingleAsync(annotation => annotation.ActionId == actionId && annotation.ImageId == imageId);
        return new
        {
            image.State,
            image.LabelClassId,
            image.LabelVersion,
            image.LabelledBy,
            image.LabelledUtc,
            image.LabelOntologyVersion,
            image.IsFlagged,
            annotation.Kind,
            annotation.ClassId,
            annotation.PreviousClassId,
            annotation.PreviousState,
            annotation.UserId,
            annotation.CreatedUtc,
            annotation.Origin,
            annotation.LeadTimeMs,
            annotation.OntologyVersion,
            VersionInRow = annotation.LabelVersion,
            annotation.StartsAction,
        };
    }
}
