using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;
using LabelStudio.Pipeline.Tests.Labelling;

namespace LabelStudio.Pipeline.Tests.Datasets;

public sealed class DatasetVersionsTests
{
    [Fact]
    public async Task HaveSame_VersionsThatDifferInOneSplit_DifferInThatSplitAlone()
    {
        await using var studio = await ModelStudio.CreateAsync();
        var (versions, cup, plate) = (studio.Get<DatasetVersions>(), await studio.AddClassAsync("Cup"), await studio.AddClassAsync("Plate"));
        var (train, held) = ((await studio.AddImagesAsync(1))[0].Id, (await studio.AddImagesAsync(1, Split.Validation))[0].Id);
        await studio.LabelAsync((train, cup), (held, cup));
        var first = await versions.FreezeAsync(studio.UserId, studio.ProjectId, TestContext.Current.CancellationToken);
        await studio.LabelAsync((train, plate));
        var second = await versions.FreezeAsync(studio.UserId, studio.ProjectId, TestContext.Current.CancellationToken);

        Assert.True(await SameAsync(first, first, Split.Train));
        Assert.True(await SameAsync(first, second, Split.Validation));
        Assert.False(await SameAsync(first, second, Split.Train));

        Task<bool> SameAsync(Guid one, Guid other, Split split) =>
            versions.HaveSameAsync(studio.UserId, studio.ProjectId, one, other, split, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RestoreAsync_SeveralClassesAndNone_ComeBackAndAreNamedInTheDifference()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await SeveralClasses.TakeAsync(lab);
        var versions = lab.Studio.Get<DatasetVersions>();
        await DecideAsync(lab.Images[0], lab.Owl, lab.Robin);
        await DecideAsync(lab.Images[1]);
        var (both, none) = ((await lab.ImageAsync(lab.Images[0])).LabelClassId, (await lab.ImageAsync(lab.Images[1])).LabelClassId);
        var first = await versions.FreezeAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        await DecideAsync(lab.Images[0], lab.Owl);
        await DecideAsync(lab.Images[1], lab.Robin);

        var difference = await versions.CompareAsync(lab.UserId, lab.ProjectId, first, null, CancellationToken.None);
        await SeveralClasses.TakeAsync(lab, takes: false);
        var ofOneEach = await versions.PreviewRestoreAsync(lab.UserId, lab.ProjectId, first, clearsOthers: false, CancellationToken.None);
        await SeveralClasses.TakeAsync(lab);
        var restored = await versions.RestoreAsync(lab.UserId, lab.ProjectId, first, clearsOthers: false, CancellationToken.None);

        Assert.Equal([("Owl + Robin", "Owl"), ("No class", "Robin")], difference.Relabelled.Select(change => (difference.ClassNames[change.Before!.Value], difference.ClassNames[change.After!.Value])));
        Assert.Equal((0, 2), (ofOneEach.ChangeCount, ofOneEach.SeveralCount));
        Assert.Equal((2, both, none), (restored, (await lab.ImageAsync(lab.Images[0])).LabelClassId, (await lab.ImageAsync(lab.Images[1])).LabelClassId));

        Task<DecisionResult> DecideAsync(long image, params Guid[] classes) =>
            lab.DecideAsync(new Decision(Guid.NewGuid(), image, AnnotationKind.Label) { ClassIds = classes });
    }

    [Fact]
    public async Task ListAsync_TwoVersions_AreNumberedNewestFirst()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await lab.LabelAsync(lab.Images[2], lab.Owl);
        var second = await versions.FreezeAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

        var list = await versions.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

        Assert.Equal([(second, 2), (first, 1)], list.Select(version => (version.Id, version.Number)));
    }

    [Fact]
    public async Task CompareAsync_WithTheLabelsOfNow_TellsAddedRelabelledAndRemoved()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Clear);
        await lab.LabelAsync(lab.Images[2], lab.Owl);

        var difference = await versions.CompareAsync(lab.UserId, lab.ProjectId, first, null, CancellationToken.None);

        Assert.Equal([new LabelChange(lab.Images[2], null, lab.Owl)], difference.Added);
        Assert.Equal([new LabelChange(lab.Images[0], lab.Owl, lab.Robin)], difference.Relabelled);
        Assert.Equal([new LabelChange(lab.Images[1], lab.Robin, null)], difference.Removed);
    }

    [Fact]
    public async Task RestoreAsync_GivesTheOldLabelsBack_AndOneUndoTakesAllOfThemBack()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        await lab.LabelAsync(lab.Images[0], lab.Robin);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Clear);
        await lab.LabelAsync(lab.Images[2], lab.Owl);

        var changed = await versions.RestoreAsync(lab.UserId, lab.ProjectId, first, clearsOthers: true, CancellationToken.None);
        Assert.Equal((3, lab.Owl, lab.Robin, null), (changed, await LabelOfAsync(lab, 0), await LabelOfAsync(lab, 1), await LabelOfAsync(lab, 2)));

        await lab.UndoAsync();
        Assert.Equal((lab.Robin, null, lab.Owl), (await LabelOfAsync(lab, 0), await LabelOfAsync(lab, 1), await LabelOfAsync(lab, 2)));
    }

    [Fact]
    public async Task RestoreAsync_OthersKept_LeavesImagesTheVersionDoesNotHold()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        await lab.LabelAsync(lab.Images[2], lab.Owl);

        Assert.Equal(0, await versions.RestoreAsync(lab.UserId, lab.ProjectId, first, clearsOthers: false, CancellationToken.None));
        Assert.Equal(lab.Owl, await LabelOfAsync(lab, 2));
    }

    [Fact]
    public async Task RestoreAsync_ClassArchivedSince_KeepsWhatTheImageHasAndCountsIt()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        await lab.LabelAsync(lab.Images[1], lab.Owl);
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Robin, CancellationToken.None);

        var preview = await versions.PreviewRestoreAsync(lab.UserId, lab.ProjectId, first, clearsOthers: false, CancellationToken.None);

        Assert.Equal((0, 1), (preview.ChangeCount, preview.ArchivedCount));
    }

    [Fact]
    public async Task RestoreAsync_ByAnAnnotator_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Ann");

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => versions.RestoreAsync(annotator, lab.ProjectId, first, clearsOthers: false, CancellationToken.None));
    }

    [Fact]
    public async Task ReadAsync_VersionOfAnotherProject_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync();
        var (versions, first) = await FirstVersionAsync(lab);
        var other = await lab.Studio.AddProjectAsync(lab.UserId);

        await Assert.ThrowsAsync<NotFoundException>(() => versions.ReadAsync(lab.UserId, other, first, CancellationToken.None));
    }

    /// <summary>The first version: image 0 an owl, image 1 a robin.</summary>
    private static async Task<(DatasetVersions Versions, Guid First)> FirstVersionAsync(LabellingFixture lab)
    {
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Robin);
        var versions = lab.Studio.Get<DatasetVersions>();
        return (versions, await versions.FreezeAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
    }

    private static async Task<Guid?> LabelOfAsync(LabellingFixture lab, int image) => (await lab.ImageAsync(lab.Images[image])).LabelClassId;
}
