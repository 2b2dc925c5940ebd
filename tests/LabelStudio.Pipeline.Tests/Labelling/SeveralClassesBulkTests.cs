using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Hosting;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>One action on many images of a project whose images may have several classes: replaces, adds and takes away.</summary>
public sealed class SeveralClassesBulkTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private LabellingFixture _lab = null!;

    private Guid Owl => _lab.Owl;

    private Guid Robin => _lab.Robin;

    public async ValueTask InitializeAsync()
    {
        _lab = await LabellingFixture.StartAsync(6);
        await SeveralClasses.TakeAsync(_lab);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Replace_FiveHundredImages_AreOneActionOneCombinationAndOneUndo()
    {
        var images = await _lab.Studio.AddImageRowsAsync(_lab.UserId, _lab.ProjectId, 500, seed: 7);
        await _lab.LabelAsync(images[3], Owl);

        var result = await ActAsync(SetChange.Replace, [Owl, Robin], images);
        var labels = await LabelsAsync(images);
        var undone = await _lab.UndoAsync();

        Assert.Equal((500, 0), (result.Changed, result.LeftOut.Count));
        Assert.Equal("Owl + Robin", Assert.Single(labels.Distinct()));
        Assert.Equal(500, undone!.ImageCount);
        Assert.Equal([null, "Owl"], (await LabelsAsync(images)).Distinct());
        Assert.Equal(500, (await _lab.RedoAsync())!.ImageCount);
        Assert.Equal("Owl + Robin", Assert.Single((await LabelsAsync(images)).Distinct()));
    }

    [Fact]
    public async Task Add_ToImagesOfEveryKind_KeepsWhatTheyHaveAndCountsThoseThatChange()
    {
        await LabelEachAsync([Owl], [Robin], [Owl, Robin], null, []);
        await _lab.DecideAsync(_lab.Images[5], AnnotationKind.Discard);
        var crow = await _lab.AddClassAsync("Crow");
        await ActAsync(SetChange.Add, [crow], _lab.Images[2..3]);

        var result = await ActAsync(SetChange.Add, [crow], _lab.Images);
        var after = await LabelsAsync(_lab.Images);
        await _lab.UndoAsync();

        Assert.Equal((5, 0), (result.Changed, result.LeftOut.Count));
        Assert.Equal(["Owl + Crow", "Robin + Crow", "Owl + Robin + Crow", "Crow", "Crow", "Crow"], after);
        Assert.Equal(["Owl", "Robin", "Owl + Robin + Crow", null, "No class", null], await LabelsAsync(_lab.Images));
        Assert.Equal(ImageState.Discarded, (await _lab.ImageAsync(_lab.Images[5])).State);
    }

    [Fact]
    public async Task Remove_FromImagesOfEveryKind_LeavesTheOtherClassesAndUnlabelsTheLast()
    {
        await LabelEachAsync([Owl], [Robin], [Owl, Robin], null, []);
        await _lab.DecideAsync(_lab.Images[5], AnnotationKind.Discard);

        var result = await ActAsync(SetChange.Remove, [Owl], _lab.Images);
        var after = await LabelsAsync(_lab.Images);
        var undone = await _lab.UndoAsync();

        Assert.Equal((2, 0), (result.Changed, result.LeftOut.Count));
        Assert.Equal([null, "Robin", "Robin", null, "No class", null], after);
        Assert.Equal(2, undone!.ImageCount);
        Assert.Equal(["Owl", "Robin", "Owl + Robin", null, "No class", null], await LabelsAsync(_lab.Images));
    }

    [Fact]
    public async Task Replace_NoClass_IsALabelAndNotTheWantOfOne()
    {
        await ActAsync(SetChange.Replace, [], _lab.Images[..2]);

        Assert.Equal(["No class", "No class", null, null, null, null], await LabelsAsync(_lab.Images));
        Assert.Equal(ImageState.Labelled, (await _lab.ImageAsync(_lab.Images[0])).State);
        Assert.Equal(2, (await _lab.Studio.Get<ImageLibrary>().CountsAsync(_lab.UserId, _lab.ProjectId, None)).Labelled);
    }

    [Fact]
    public async Task NegativeClass_GoesWithNoOther()
    {
        var nothing = (await _lab.Classes.CreateAsync(_lab.UserId, _lab.ProjectId, new NewClass("Nothing") { IsNegative = true }, None)).Id;
        await LabelEachAsync([Owl], [nothing]);

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => ActAsync(SetChange.Replace, [Owl, nothing], _lab.Images));
        await ActAsync(SetChange.Add, [Robin], _lab.Images[..2]);
        var added = await LabelsAsync(_lab.Images[..2]);
        await ActAsync(SetChange.Add, [nothing], _lab.Images[..1]);

        Assert.Contains("'Nothing'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["Owl + Robin", "Robin"], added);
        Assert.Equal(["Nothing", "Robin"], await LabelsAsync(_lab.Images[..2]));
    }

    [Fact]
    public async Task Add_DecidedSinceThePersonLooked_IsLeftAlone()
    {
        await LabelEachAsync([Owl], [Owl], [Owl]);
        var asOf = await _lab.Labeller.LastActAsync(_lab.UserId, _lab.ProjectId, None);
        await _lab.LabelAsync(_lab.Images[1], Robin);

        var seen = await ActAsync(new BulkPart(_lab.Images[..2], null, [1, 1]) { ClassIds = [Robin], Change = SetChange.Add });
        var unseen = await ActAsync(new BulkPart(_lab.Images[1..3], null) { ClassIds = [Owl], Change = SetChange.Add }, asOf: asOf);
        var unlabelled = await ActAsync(new BulkPart(_lab.Images[2..4], null) { ClassIds = [Robin], Change = SetChange.Add }, onlyUnlabelled: true);

        // The second image has Robin already, by somebody else's decision: nothing is left to do for it.
        Assert.Equal((1, 0), (seen.Changed, seen.LeftOut.Count));
        Assert.Equal([_lab.Images[1]], unseen.LeftOut);
        Assert.Equal(1, unlabelled.Changed);
        Assert.Equal([_lab.Images[2]], unlabelled.LeftOut);
        Assert.Equal(["Owl + Robin", "Robin", "Owl", "Robin"], await LabelsAsync(_lab.Images[..4]));
    }

    [Fact]
    public async Task Job_PartsWithDifferentSetsAndChanges_GivesEachItsOwnAndOneUndoTakesAllBack()
    {
        var images = await _lab.Studio.AddImageRowsAsync(_lab.UserId, _lab.ProjectId, 2500, seed: 7);
        await ActAsync(SetChange.Replace, [Owl], images[2000..]);

        var ended = await RunAsync(new BulkOrder(
            BulkAction.Decide,
            [
                new BulkPart(images[..800], null) { ClassIds = [Owl, Robin] },
                new BulkPart(images[800..1500], null) { ClassIds = [Robin, Owl] },
                new BulkPart(images[1500..1900], null) { ClassIds = [] },
                new BulkPart(images[1900..2000], Robin),
                new BulkPart(images[2000..2300], null) { ClassIds = [Robin], Change = SetChange.Add },
                new BulkPart(images[2300..], null) { ClassIds = [Owl], Change = SetChange.Remove },
            ],
            AnnotationKind.Label));
        var labels = await LabelsAsync(images);
        var undone = await _lab.UndoAsync();

        Assert.Equal((BulkJobState.Done, 2500, 2500), (ended.State, ended.Done, ended.Changed));
        Assert.All(labels[..1500], label => Assert.Equal("Owl + Robin", label));
        Assert.All(labels[1500..1900], label => Assert.Equal("No class", label));
        Assert.All(labels[1900..2000], label => Assert.Equal("Robin", label));
        Assert.All(labels[2000..2300], label => Assert.Equal("Owl + Robin", label));
        Assert.All(labels[2300..], Assert.Null);
        Assert.Equal(2500, undone!.ImageCount);
        Assert.Equal([null, "Owl"], (await LabelsAsync(images)).Distinct());
    }

    [Fact]
    public async Task Job_OfAnEarlierRelease_IsStillReadAndDone()
    {
        var job = new BulkJob
        {
            Id = Guid.CreateVersion7(),
            ProjectId = _lab.ProjectId,
            UserId = _lab.UserId,
            Action = BulkAction.Decide,
            Kind = AnnotationKind.Label,
            Total = 2,
        };
        var parts = $$"""[{"ImageIds":[{{_lab.Images[0]}},{{_lab.Images[1]}}],"ClassId":"{{Owl}}","Versions":[0,null]}]""";
        await _lab.Studio.Get<StudioWriter>().WriteAsync(
            (db, _) =>
            {
                db.Add(job);
                return Task.FromResult(db.Add(new BulkChunk { JobId = job.Id, PartsJson = parts }));
            },
            None);

        await ((IHostedService)Jobs).StartAsync(None);
        await Jobs.EndOfLastAsync(_lab.UserId, _lab.ProjectId);

        var ended = (await Jobs.LastAsync(_lab.UserId, _lab.ProjectId, None))!;
        Assert.Equal((BulkJobState.Done, 2), (ended.State, ended.Changed));
        Assert.Equal(["Owl", "Owl"], await LabelsAsync(_lab.Images[..2]));
    }

    [Fact]
    public async Task Change_WithoutClassesOrUnknown_IsRefused()
    {
        BulkPart[] broken =
        [
            new(_lab.Images, null) { ClassIds = [], Change = SetChange.Add },
            new(_lab.Images, Owl) { Change = SetChange.Remove },
            new(_lab.Images, null) { ClassIds = [Owl], Change = (SetChange)7 },
        ];

        foreach (var part in broken)
        {
            await Assert.ThrowsAsync<InvalidRequestException>(() => ActAsync(part));
            await Assert.ThrowsAsync<InvalidRequestException>(
                () => Jobs.StartAsync(_lab.UserId, _lab.ProjectId, new BulkOrder(BulkAction.Decide, [part], AnnotationKind.Label), None));
        }
    }

    [Fact]
    public async Task Add_InAProjectOfOneClassEach_IsRefused()
    {
        await SeveralClasses.TakeAsync(_lab, takes: false);

        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => ActAsync(SetChange.Add, [Owl], _lab.Images));

        Assert.StartsWith("An image has one class in this project", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAndRemove_ByAnAnnotator_CountAHiddenCheckLikeAnyImageTheySeeTheSameWay()
    {
        var annotator = await _lab.Studio.AddUserAsync(StudioRole.Annotator);
        await LabelEachAsync([Owl, Robin]);
        await _lab.Studio.Get<KnownImages>().AddAsync(_lab.UserId, _lab.ProjectId, _lab.Images[0], None);
        await _lab.Studio.Get<QualityPlans>().SetAsync(_lab.UserId, new QualityPlan { ProjectId = _lab.ProjectId, KnownPercent = 50 }, None);
        Task<BulkResult> Act(SetChange change, Guid classId, int place) =>
            ActAsync(new BulkPart([_lab.Images[place]], null, [null]) { ClassIds = [classId], Change = change }, userId: annotator);

        // The first image is the check; the second is one that nobody has labelled, which is how both look.
        (SetChange Change, Guid ClassId)[] acts =
            [(SetChange.Remove, Robin), (SetChange.Add, Owl), (SetChange.Add, Owl), (SetChange.Add, Robin), (SetChange.Remove, Robin), (SetChange.Remove, Robin), (SetChange.Remove, Owl)];
        foreach (var (change, classId) in acts)
        {
            var (check, other) = (await Act(change, classId, 0), await Act(change, classId, 1));
            Assert.Equal((other.Changed, other.LeftOut.Count), (check.Changed, check.LeftOut.Count));
        }

        Assert.Equal(["Owl + Robin", null], await LabelsAsync(_lab.Images[..2]));
    }

    [Fact]
    public async Task Add_WherePeopleVote_AddsToThePersonsOwnVote()
    {
        await _lab.Studio.Get<QualityPlans>().SetAsync(
            _lab.UserId, new QualityPlan { ProjectId = _lab.ProjectId, OverlapAnnotators = 2, OverlapPercent = 100 }, None);
        var (one, other) = (await _lab.Studio.AddUserAsync(StudioRole.Annotator), await _lab.Studio.AddUserAsync(StudioRole.Annotator));
        await ActAsync(Part(SetChange.Replace, [Owl], _lab.Images[..1]), userId: one);
        await ActAsync(Part(SetChange.Add, [Robin], _lab.Images[..1]), userId: one);
        var before = await LabelsAsync(_lab.Images[..1]);

        await ActAsync(Part(SetChange.Replace, [Robin, Owl], _lab.Images[..1]), userId: other);

        Assert.Equal([null], before);
        Assert.Equal(["Owl + Robin"], await LabelsAsync(_lab.Images[..1]));
    }

    private BulkJobs Jobs => _lab.Studio.Get<BulkJobs>();

    private static BulkPart Part(SetChange change, Guid[] classIds, long[] images) => new(images, null) { ClassIds = classIds, Change = change };

    private Task<BulkResult> ActAsync(SetChange change, Guid[] classIds, long[] images) => ActAsync(Part(change, classIds, images));

    private Task<BulkResult> ActAsync(BulkPart part, bool onlyUnlabelled = false, long? asOf = null, Guid? userId = null) =>
        _lab.Labeller.DecidePartsAsync(userId ?? _lab.UserId, _lab.ProjectId, [part], AnnotationKind.Label, onlyUnlabelled, asOf, None);

    private async Task<BulkJobStatus> RunAsync(BulkOrder order)
    {
        await Jobs.StartAsync(_lab.UserId, _lab.ProjectId, order, None);
        await Jobs.EndOfLastAsync(_lab.UserId, _lab.ProjectId);
        return (await Jobs.LastAsync(_lab.UserId, _lab.ProjectId, None))!;
    }

    private Task LabelEachAsync(params Guid[]?[] labels) => SeveralClasses.LabelEachAsync(_lab, labels);

    private Task<string?[]> LabelsAsync(long[] images) => SeveralClasses.LabelsAsync(_lab, images);
}
