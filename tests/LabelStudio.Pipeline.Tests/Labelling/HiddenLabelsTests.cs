using System.Text;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Export;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>An annotator looks for the label of a hidden check in every way there is.</summary>
public sealed class HiddenLabelsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private LabellingFixture _lab = null!;
    private Guid _annotator;

    /// <summary>Labelled owl by the lead.</summary>
    private long Known => _lab.Images[0];

    private ImageLibrary Library => _lab.Studio.Get<ImageLibrary>();

    public async ValueTask InitializeAsync()
    {
        _lab = await LabellingFixture.StartAsync(3);
        await _lab.LabelAsync(Known, _lab.Owl);
        await _lab.LabelAsync(_lab.Images[1], _lab.Owl);
        _annotator = await _lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");
        await _lab.Studio.Get<KnownImages>().AddAsync(_lab.UserId, _lab.ProjectId, Known, None);
        await SetPercentAsync(50);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task PageAsync_AskedByAnAnnotator_ShowsTheCheckAsUnlabelledAndOthersAsTheyAre()
    {
        var tiles = await Library.PageAsync(_annotator, _lab.ProjectId, new ImageFilter { Sort = ImageSort.Oldest }, null, 10, None);

        Assert.Equal(
            [(Known, ImageState.Unlabelled, null), (_lab.Images[1], ImageState.Labelled, _lab.Owl), (_lab.Images[2], ImageState.Unlabelled, null)],
            tiles.Select(tile => (tile.Id, tile.State, tile.ClassId)));
    }

    [Fact]
    public async Task PageAsync_AskedByALead_ShowsTheLabel() =>
        Assert.Equal(_lab.Owl, (await Library.PageAsync(_lab.UserId, _lab.ProjectId, new ImageFilter { Ids = [Known] }, null, 1, None))[0].ClassId);

    [Fact]
    public async Task PageAsync_WhileTheProjectAsksNoChecks_ShowsTheLabel()
    {
        await SetPercentAsync(0);

        Assert.Equal(_lab.Owl, (await Library.PageAsync(_annotator, _lab.ProjectId, new ImageFilter { Ids = [Known] }, null, 1, None))[0].ClassId);
    }

    [Fact]
    public async Task IdsAndCount_ByEachFilterOfLabels_FindTheCheckAsUnlabelledOnly()
    {
        ImageFilter[] ofLabel =
        [
            new() { ClassId = _lab.Owl },
            new() { State = ImageState.Labelled },
            new() { LabelledBy = _lab.UserId },
            new() { LabelledBefore = 100 },
            new() { LabelledFrom = DateTime.UnixEpoch },
            new() { LabelledUntil = DateTime.MaxValue },
        ];

        foreach (var filter in ofLabel)
        {
            Assert.Equal([_lab.Images[1]], await Library.IdsAsync(_annotator, _lab.ProjectId, filter, None));
            Assert.Equal(1, await Library.CountAsync(_annotator, _lab.ProjectId, filter, None));
        }

        var unlabelled = new ImageFilter { State = ImageState.Unlabelled, Sort = ImageSort.Oldest };
        Assert.Equal([Known, _lab.Images[2]], await Library.IdsAsync(_annotator, _lab.ProjectId, unlabelled, None));
        var next = await Library.PageAsync(_annotator, _lab.ProjectId, unlabelled, Known, 10, None);
        Assert.Equal([_lab.Images[2]], next.Select(tile => tile.Id));
    }

    [Fact]
    public async Task IdsAsync_AfterTheAnnotatorAnswered_FindsTheCheckByTheirOwnAnswer()
    {
        await _lab.LabelAsync(Known, _lab.Robin, userId: _annotator);

        Assert.Equal([Known], await Library.IdsAsync(_annotator, _lab.ProjectId, new ImageFilter { ClassId = _lab.Robin }, None));
        Assert.Equal([Known], await Library.IdsAsync(_annotator, _lab.ProjectId, new ImageFilter { LabelledBy = _annotator }, None));
        Assert.Equal([_lab.Images[1]], await Library.IdsAsync(_annotator, _lab.ProjectId, new ImageFilter { ClassId = _lab.Owl }, None));
    }

    [Fact]
    public async Task GetAsync_AskedByAnAnnotator_TellsNeitherTheLabelNorWhoGaveItNorWhen()
    {
        var before = await Library.GetAsync(_annotator, Known, None);
        await _lab.LabelAsync(Known, _lab.Robin, userId: _annotator);
        var after = await Library.GetAsync(_annotator, Known, None);

        Assert.Equal((ImageState.Unlabelled, null, null, null), (before.State, before.ClassId, before.LabelledUtc, before.LabelledByName));
        Assert.Equal((ImageState.Labelled, _lab.Robin, "Bea"), (after.State, after.ClassId, after.LabelledByName));
    }

    [Fact]
    public async Task CountSelectedAsync_OfTheCheckAlone_CountsItAsUnlabelled()
    {
        var counts = await Library.CountSelectedAsync(_annotator, _lab.ProjectId, [Known], None);

        Assert.Equal((1, 0, 0), (counts.Unlabelled, counts.Discarded, counts.Labelled));
    }

    [Fact]
    public async Task CountsAsync_BeforeAndAfterAnAnswer_MoveLikeThoseOfAnyOtherImage()
    {
        var before = await Library.CountsAsync(_annotator, _lab.ProjectId, None);
        await _lab.LabelAsync(Known, _lab.Robin, userId: _annotator);
        var after = await Library.CountsAsync(_annotator, _lab.ProjectId, None);
        var ofTheLead = await Library.CountsAsync(_lab.UserId, _lab.ProjectId, None);

        Assert.Equal((2, 1), (before.Unlabelled, before.Labelled));
        Assert.Equal((1, 2), (after.Unlabelled, after.Labelled));
        Assert.Equal((1, 2), (ofTheLead.Unlabelled, ofTheLead.Labelled));
    }

    [Fact]
    public async Task ListAsync_HistoryOfTheCheck_HoldsOnlyTheAnnotatorsOwnAnswerAsALabel()
    {
        await _lab.LabelAsync(Known, _lab.Robin, userId: _annotator);

        var entry = Assert.Single(await _lab.Studio.Get<ImageHistory>().ListAsync(_annotator, Known, None));

        Assert.Equal((AnnotationKind.Label, _lab.Robin), (entry.Kind, entry.ClassId));
        Assert.Contains(await _lab.Studio.Get<ImageHistory>().ListAsync(_lab.UserId, Known, None), act => act.ClassId == _lab.Owl);
    }

    [Fact]
    public async Task TakeMatching_OfTheCheck_ShowsItAsUnlabelled()
    {
        var taken = Assert.Single(await _lab.Queue.TakeMatchingAsync(
            _annotator, _lab.ProjectId, new ImageFilter { Ids = [Known] }, null, 1, [], None));

        Assert.Equal((ImageState.Unlabelled, null), (taken.State, taken.ClassId));
    }

    [Fact]
    public async Task DecideAsync_FlagOrAnswerSentTwice_AnswersWithoutTheLabel()
    {
        var flagged = await _lab.DecideAsync(Known, AnnotationKind.Flag, _annotator);
        var decision = new Decision(Guid.NewGuid(), Known, AnnotationKind.Label, _lab.Robin);
        await _lab.DecideAsync(decision, _annotator);
        var again = await _lab.DecideAsync(decision, _annotator);

        Assert.Equal((DecisionOutcome.Saved, null), (flagged.Outcome, flagged.ClassId));
        Assert.Equal((DecisionOutcome.AlreadySaved, _lab.Robin), (again.Outcome, again.ClassId));
    }

    [Fact]
    public async Task RecentAsync_AfterAnAnswerAndAnEarlierLabel_TellsTheAnswerOnly()
    {
        var other = _lab.Images[2];
        await _lab.LabelAsync(other, _lab.Owl, userId: _annotator);
        await _lab.Studio.Get<KnownImages>().AddAsync(_lab.UserId, _lab.ProjectId, other, None);
        await _lab.LabelAsync(Known, _lab.Robin, userId: _annotator);

        var recent = Assert.Single(await _lab.Labeller.RecentAsync(_annotator, _lab.ProjectId, 10, None));

        Assert.Equal((Known, _lab.Robin, ImageState.Labelled, _lab.Robin), (recent.Task.ImageId, recent.DecidedClassId, recent.Task.State, recent.Task.ClassId));
    }

    [Fact]
    public async Task RecentAsync_AnswerToACheck_ReadsLikeAnyOtherLabelAlsoAfterItWasTakenBack()
    {
        await _lab.LabelAsync(_lab.Images[2], _lab.Robin, userId: _annotator);
        await _lab.LabelAsync(Known, _lab.Robin, userId: _annotator);

        var answered = await _lab.Labeller.RecentAsync(_annotator, _lab.ProjectId, 10, None);
        await _lab.DecideAsync(Known, AnnotationKind.Clear, _annotator);
        await _lab.DecideAsync(_lab.Images[2], AnnotationKind.Clear, _annotator);
        var cleared = await _lab.Labeller.RecentAsync(_annotator, _lab.ProjectId, 10, None);

        Assert.All(answered, recent => Assert.Equal(
            (AnnotationKind.Label, _lab.Robin, new LabelBefore(ImageState.Unlabelled, null)), (recent.Kind, recent.DecidedClassId, recent.Before)));
        Assert.All(cleared, recent => Assert.Equal((ImageState.Unlabelled, null), (recent.Task.State, recent.Before)));
        Assert.Equal(2, cleared.Count(recent => recent.Kind == AnnotationKind.Label));
        Assert.Equal(2, cleared.Count(recent => recent.Kind == AnnotationKind.Clear));
    }

    [Fact]
    public async Task UndoAsync_OfALabelThatBecameACheckUnderAnotherClass_DoesNotTellThatClass()
    {
        var other = _lab.Images[2];
        await _lab.LabelAsync(other, _lab.Robin, userId: _annotator);
        await _lab.LabelAsync(other, _lab.Owl);
        await _lab.Studio.Get<KnownImages>().AddAsync(_lab.UserId, _lab.ProjectId, other, None);

        var undone = await _lab.Labeller.UndoAsync(_annotator, _lab.ProjectId, None);

        Assert.Equal((ImageState.Unlabelled, null), (undone!.Task.State, undone.Task.ClassId));
    }

    [Fact]
    public async Task ListAsync_ExamplesOfAClass_LeaveTheCheckOut()
    {
        var examples = _lab.Studio.Get<ClassExamples>();
        await examples.AddAsync(_lab.UserId, _lab.ProjectId, _lab.Owl, Known, isCounterExample: false, None);

        Assert.DoesNotContain(await examples.ListAsync(_annotator, _lab.ProjectId, None), example => example.ImageId == Known);
        Assert.Contains(await examples.ListAsync(_lab.UserId, _lab.ProjectId, None), example => example.ImageId == Known);
    }

    [Fact]
    public async Task WriteCsvAsync_ForAnAnnotator_HasTheCheckWithoutALabel()
    {
        var lines = await ExportAsync(new ExportOptions(IncludeUnlabelled: true));
        var labelled = await ExportAsync(new ExportOptions());

        var hash = (await _lab.ImageAsync(Known)).Sha256;
        Assert.DoesNotContain("Owl", Assert.Single(lines, line => line.Contains(hash, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(labelled, line => line.Contains(hash, StringComparison.Ordinal));
        Assert.Single(labelled, line => line.Contains("Owl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DatasetVersions_ReadByAnAnnotator_LeaveTheCheckOut()
    {
        var versions = _lab.Studio.Get<DatasetVersions>();
        var version = await versions.FreezeAsync(_lab.UserId, _lab.ProjectId, None);
        await _lab.LabelAsync(Known, _lab.Robin);

        Assert.DoesNotContain((await versions.ReadAsync(_annotator, _lab.ProjectId, version, None)).Entries, entry => entry.ImageId == Known);
        Assert.True((await versions.CompareAsync(_annotator, _lab.ProjectId, version, null, None)).IsEmpty);
        Assert.Equal(0, (await versions.PreviewRestoreAsync(_annotator, _lab.ProjectId, version, clearsOthers: true, None)).ChangeCount);
        Assert.Single((await versions.CompareAsync(_lab.UserId, _lab.ProjectId, version, null, None)).Relabelled);
    }

    private Task SetPercentAsync(int percent) => _lab.Studio.Get<QualityPlans>().SetAsync(
        _lab.UserId, new QualityPlan { ProjectId = _lab.ProjectId, KnownPercent = percent }, None);

    private async Task<string[]> ExportAsync(ExportOptions options)
    {
        using var bytes = new MemoryStream();
        await _lab.Studio.Get<DatasetExports>().WriteCsvAsync(_annotator, _lab.ProjectId, options, bytes, None);
        return Encoding.UTF8.GetString(bytes.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
