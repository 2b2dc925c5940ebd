using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class ImageLabellerTests
{
    [Fact]
    public async Task DecideAsync_ALabel_IsSavedWithWhoWhenAndFromWhat()
    {
        await using var lab = await LabellingFixture.StartAsync();

        var result = await lab.DecideAsync(new Decision(
            Guid.NewGuid(), lab.Images[0], AnnotationKind.Label, lab.Owl, 0, lab.Owl, 0.8, "live head", 420));

        Assert.Equal((DecisionOutcome.Saved, 1, lab.Owl), (result.Outcome, result.LabelVersion, result.ClassId!.Value));
        var image = await lab.ImageAsync(lab.Images[0]);
        Assert.Equal((ImageState.Labelled, lab.Owl, lab.UserId), (image.State, image.LabelClassId!.Value, image.LabelledBy!.Value));
        Assert.Equal(3, image.LabelOntologyVersion);
        var annotation = Assert.Single(await lab.AnnotationsAsync());
        Assert.Equal((AnnotationOrigin.Accepted, 0.8, "live head", 420, 3), (
            annotation.Origin, annotation.SuggestedProbability!.Value, annotation.SuggestionSource, annotation.LeadTimeMs!.Value, annotation.OntologyVersion));
    }

    [Fact]
    public async Task DecideAsync_AnotherClassThanSuggested_IsACorrection()
    {
        await using var lab = await LabellingFixture.StartAsync();

        await lab.DecideAsync(new Decision(
            Guid.NewGuid(), lab.Images[0], AnnotationKind.Label, lab.Robin, null, lab.Owl, 0.8, "live head"));

        Assert.Equal(AnnotationOrigin.Corrected, Assert.Single(await lab.AnnotationsAsync()).Origin);
    }

    [Fact]
    public async Task DecideAsync_TheSameDecisionAgain_IsSavedOnce()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var decision = new Decision(Guid.NewGuid(), lab.Images[0], AnnotationKind.Label, lab.Owl, 0);

        await lab.DecideAsync(decision);
        var again = await lab.DecideAsync(decision);
        var twiceInOne = await lab.Labeller.DecideAsync(lab.UserId, lab.ProjectId, [decision, decision], CancellationToken.None);

        Assert.Equal((DecisionOutcome.AlreadySaved, 1), (again.Outcome, again.LabelVersion));
        Assert.All(twiceInOne, result => Assert.Equal(DecisionOutcome.AlreadySaved, result.Outcome));
        Assert.Single(await lab.AnnotationsAsync());
    }

    [Fact]
    public async Task DecideAsync_OnAnOlderVersion_IsAConflictAndOverwritesNothing()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await lab.LabelAsync(lab.Images[0], lab.Robin, 0, other);

        var result = await lab.LabelAsync(lab.Images[0], lab.Owl, 0);

        Assert.Equal((DecisionOutcome.Conflict, lab.Robin, 1, "Bo"), (
            result.Outcome, result.ClassId!.Value, result.LabelVersion, result.ConflictUserName));
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Single(await lab.AnnotationsAsync());

        var overruled = await lab.LabelAsync(lab.Images[0], lab.Owl, 1);
        Assert.Equal(DecisionOutcome.Saved, overruled.Outcome);
    }

    [Fact]
    public async Task DecideAsync_OnAnOlderVersionWithTheSameLabel_AsksNobody()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl, 0);

        var result = await lab.LabelAsync(lab.Images[0], lab.Owl, 0);

        Assert.Equal(DecisionOutcome.AlreadySaved, result.Outcome);
    }

    [Fact]
    public async Task DecideAsync_SeveralUponOneImageInOneCall_HoldsTheLast()
    {
        await using var lab = await LabellingFixture.StartAsync();

        var results = await lab.Labeller.DecideAsync(
            lab.UserId,
            lab.ProjectId,
            [
                new Decision(Guid.NewGuid(), lab.Images[0], AnnotationKind.Label, lab.Owl, 0),
                new Decision(Guid.NewGuid(), lab.Images[0], AnnotationKind.Label, lab.Robin, 1),
            ],
            CancellationToken.None);

        Assert.All(results, result => Assert.Equal(DecisionOutcome.Saved, result.Outcome));
        Assert.Equal((lab.Robin, 2), ((await lab.ImageAsync(lab.Images[0])).LabelClassId, results[1].LabelVersion));
    }

    [Fact]
    public async Task DecideAsync_AnArchivedClass_IsRefusedWithAWord()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Owl, CancellationToken.None);

        var result = await lab.LabelAsync(lab.Images[0], lab.Owl);

        Assert.Equal(DecisionOutcome.Refused, result.Outcome);
        Assert.Contains("'Owl'", result.Message, StringComparison.Ordinal);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Fact]
    public async Task DecideAsync_AMergedClass_MeansTheOneThatTookItOver()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Robin, CancellationToken.None);

        var result = await lab.LabelAsync(lab.Images[0], lab.Owl);

        Assert.Equal((DecisionOutcome.Saved, lab.Robin), (result.Outcome, result.ClassId!.Value));
    }

    [Fact]
    public async Task DecideAsync_AnImageOfAnotherProject_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddProjectAsync(lab.UserId);
        var foreign = await lab.Studio.AddImageRowsAsync(lab.UserId, other, 1, seed: 9);

        var result = await lab.LabelAsync(foreign[0], lab.Owl);

        Assert.Equal(DecisionOutcome.Refused, result.Outcome);
    }

    [Fact]
    public async Task DecideAsync_ByAViewer_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var viewer = await lab.Studio.AddUserAsync(StudioRole.Viewer);

        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.LabelAsync(lab.Images[0], lab.Owl, userId: viewer));
    }

    [Fact]
    public async Task DecideAsync_DiscardRestoreFlagAndClear_ChangeTheImage()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var id = lab.Images[0];

        await lab.LabelAsync(id, lab.Owl);
        await lab.DecideAsync(id, AnnotationKind.Clear);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(id)).State);
        await lab.DecideAsync(id, AnnotationKind.Discard);
        Assert.Equal((ImageState.Discarded, null), ((await lab.ImageAsync(id)).State, (await lab.ImageAsync(id)).LabelClassId));
        await lab.DecideAsync(id, AnnotationKind.Restore);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(id)).State);
        await lab.DecideAsync(id, AnnotationKind.Flag);
        Assert.True((await lab.ImageAsync(id)).IsFlagged);
        await lab.DecideAsync(id, AnnotationKind.Unflag);
        Assert.False((await lab.ImageAsync(id)).IsFlagged);
        Assert.Equal(6, (await lab.AnnotationsAsync()).Count);
    }

    [Fact]
    public async Task DecideAsync_AfterARestart_IsStillThere()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        await lab.Studio.RestartAsync();

        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task DecideManyAsync_TwelveHundredImages_IsOneActionAndOneUndo()
    {
        await using var lab = await LabellingFixture.StartAsync(1200);
        await lab.LabelAsync(lab.Images[7], lab.Robin);

        var changed = await lab.Labeller.DecideManyAsync(
            lab.UserId, lab.ProjectId, lab.Images, AnnotationKind.Label, lab.Owl, CancellationToken.None);
        var classes = await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

        Assert.Equal((1200, 1200), (changed, classes.Single(item => item.Id == lab.Owl).LabelledCount));
        var undone = await lab.UndoAsync();
        Assert.Equal((1200, null), (undone!.ImageCount, undone.Message));
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[7])).LabelClassId);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[8])).State);
        var redone = await lab.RedoAsync();
        Assert.Equal((1200, AnnotationKind.Label), (redone!.ImageCount, redone.Kind));
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[8])).LabelClassId);
    }

    [Fact]
    public async Task RecentAsync_GivesTheOwnDecisionsNewestFirst()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Robin);
        await lab.LabelAsync(lab.Images[2], lab.Robin, userId: other);
        await lab.UndoAsync();

        var recent = await lab.Labeller.RecentAsync(lab.UserId, lab.ProjectId, 10, CancellationToken.None);

        Assert.Equal(
            [(lab.Images[1], lab.Robin, true), (lab.Images[0], lab.Owl, false)],
            recent.Select(item => (item.Task.ImageId, item.DecidedClassId!.Value, item.IsUndone)));
    }

    [Fact]
    public async Task RecentAsync_LastWordOnAnImage_TellsWhatItWasBefore()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var other = await lab.Studio.AddUserAsync(StudioRole.Annotator);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        await lab.LabelAsync(lab.Images[1], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Robin, userId: other);
        await lab.Labeller.DecideManyAsync(lab.UserId, lab.ProjectId, [lab.Images[2]], AnnotationKind.Discard, null, CancellationToken.None);

        var recent = await lab.Labeller.RecentAsync(lab.UserId, lab.ProjectId, 10, CancellationToken.None);

        // Newest first: one of many at once, overtaken by another person, the last word, overtaken by the person's own.
        Assert.Equal([null, null, new LabelBefore(ImageState.Labelled, lab.Owl), null], recent.Select(item => item.Before));
    }
}
