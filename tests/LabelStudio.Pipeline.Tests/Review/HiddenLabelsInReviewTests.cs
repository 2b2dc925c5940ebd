using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;

namespace LabelStudio.Pipeline.Tests.Review;

/// <summary>An annotator looks for the label of a hidden check in what judges and groups labels.</summary>
public sealed class HiddenLabelsInReviewTests : IAsyncLifetime
{
    /// <summary>Its label is wrong, so that everything that doubts labels would name it.</summary>
    private const int Known = 4;

    private ReviewFixture _fixture = null!;
    private Guid _annotator;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Guid ProjectId => _fixture.Studio.ProjectId;

    private long KnownId => _fixture.Images[Known].Id;

    public async ValueTask InitializeAsync()
    {
        _fixture = await ReviewFixture.StartAsync(90);
        await _fixture.LabelAllAsync(Known, 32);
        _annotator = await _fixture.Studio.AddUserAsync(StudioRole.Annotator);
        await _fixture.Get<KnownImages>().AddAsync(_fixture.Studio.UserId, ProjectId, KnownId, Token);
        await _fixture.Get<QualityPlans>().SetAsync(_fixture.Studio.UserId, new QualityPlan { ProjectId = ProjectId, KnownPercent = 20 }, Token);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task GroupAsync_ByClassOrAnnotator_PutsTheCheckWithTheUnlabelled()
    {
        var byClass = await GroupAsync(ImageGrouping.Class);
        var byAnnotator = await GroupAsync(ImageGrouping.Annotator);

        Assert.Equal([KnownId], byClass.Single(group => group.Title == "Unlabelled").Ids);
        Assert.Contains(KnownId, byAnnotator.Single(group => group.Title == "By nobody yet").Ids);
    }

    [Fact]
    public async Task FindAsync_DoubtedLabels_LeaveTheCheckOut()
    {
        var review = _fixture.Get<LabelErrorReview>();

        var forAnnotator = await review.FindAsync(_annotator, ProjectId, again: false, Token);
        var forLead = await review.FindAsync(_fixture.Studio.UserId, ProjectId, again: false, Token);

        Assert.Equal([_fixture.Images[32].Id], forAnnotator.Doubted.Select(doubt => doubt.ImageId));
        Assert.Contains(forLead.Doubted, doubt => doubt.ImageId == KnownId);
    }

    [Fact]
    public async Task SortAsync_ByDoubtOrByLook_PutsTheCheckWhereNothingWasMeasured()
    {
        await _fixture.Get<ImageLabeller>().DecideAsync(
            _annotator, ProjectId, [new Decision(Guid.NewGuid(), KnownId, AnnotationKind.Label, _fixture.Classes[2])], Token);

        var doubtful = await _fixture.Get<LabelQualityOrder>().SortAsync(_annotator, ProjectId, new ImageFilter(), isBestFirst: false, Token);
        var unlike = await _fixture.Get<OutlierOrder>().SortAsync(_annotator, ProjectId, new ImageFilter(), Token);

        Assert.Equal(KnownId, doubtful[^1]);
        Assert.Equal(KnownId, unlike[^1]);
    }

    [Fact]
    public async Task FindAsync_LookalikesOfAClass_LeaveTheCheckOut()
    {
        var similar = _fixture.Get<SimilarImages>();
        // The label that was planted.
        var filter = new ImageFilter { ClassId = _fixture.Classes[(ReviewFixture.KindOf(Known) + 1) % ReviewFixture.Kinds] };

        var forAnnotator = await similar.FindAsync(_annotator, ProjectId, KnownId, filter, 90, Token);
        var forLead = await similar.FindAsync(_fixture.Studio.UserId, ProjectId, KnownId, filter, 90, Token);

        Assert.DoesNotContain(forAnnotator, image => image.ImageId == KnownId);
        Assert.Equal(KnownId, forLead[0].ImageId);
        Assert.Equal(forLead.Count - 1, forAnnotator.Count);
    }

    [Fact]
    public async Task GetAsync_Agreement_DoesNotListTheCheckToTheAnnotator()
    {
        await _fixture.Get<ImageLabeller>().DecideAsync(
            _annotator, ProjectId, [new Decision(Guid.NewGuid(), KnownId, AnnotationKind.Label, _fixture.Classes[0])], Token);
        var reports = _fixture.Get<AgreementReports>();

        Assert.Empty((await reports.GetAsync(_annotator, ProjectId, Token)).Disagreements);
        Assert.Single((await reports.GetAsync(_fixture.Studio.UserId, ProjectId, Token)).Disagreements);
    }

    [Fact]
    public async Task IdsAsync_LabelsNobodyChecked_LeaveTheCheckOut()
    {
        var states = _fixture.Get<ReviewStates>();

        Assert.DoesNotContain(KnownId, await states.IdsAsync(_annotator, ProjectId, ReviewState.Unchecked, null, Token));
        Assert.Contains(KnownId, await states.IdsAsync(_fixture.Studio.UserId, ProjectId, ReviewState.Unchecked, null, Token));
    }

    [Fact]
    public async Task FindAsync_NearDuplicates_ShowTheCheckWithoutItsLabel()
    {
        foreach (var index in new[] { Known, Known + 3 })
        {
            var image = _fixture.Images[index];
            var path = _fixture.Get<LabelStudio.Pipeline.Storage.BlobStore>().PathOf(image.Sha256, image.Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, TestPictures.Draw(1), Token);
        }

        var forAnnotator = await SetOfAsync(_annotator);
        var forLead = await SetOfAsync(_fixture.Studio.UserId);

        Assert.Equal((ImageState.Unlabelled, null), forAnnotator.Images.Where(image => image.ImageId == KnownId).Select(image => (image.State, image.ClassId)).Single());
        Assert.Equal((false, true), (forAnnotator.DisagreesOnClass, forLead.DisagreesOnClass));

        async Task<NearDuplicateSet> SetOfAsync(Guid userId) =>
            (await _fixture.Get<NearDuplicates>().FindAsync(userId, ProjectId, again: false, null, Token)).Sets
            .Single(set => set.Images.Any(image => image.ImageId == KnownId));
    }

    private Task<IReadOnlyList<ImageGroup>> GroupAsync(ImageGrouping grouping) => _fixture.Get<ImageGroups>().GroupAsync(
        _annotator, ProjectId, [.. _fixture.Images.Select(image => image.Id)], grouping, Token);
}
