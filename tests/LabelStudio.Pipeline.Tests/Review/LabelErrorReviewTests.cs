using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class LabelErrorReviewTests
{
    private const int Images = 120;
    private static readonly int[] Planted = [4, 31, 77];

    [Fact]
    public async Task FindAsync_PlantedErrors_AreDoubtedWithTheRightClassSuggested()
    {
        await using var fixture = await StartAsync();

        var report = await FindAsync(fixture);

        Assert.Equal(Planted.Select(index => fixture.Images[index].Id), report.Doubted.Select(doubt => doubt.ImageId).Order());
        foreach (var doubt in report.Doubted)
        {
            var kind = ReviewFixture.KindOf(Array.FindIndex(fixture.Images, image => image.Id == doubt.ImageId));
            Assert.Equal(fixture.Classes[kind], doubt.SuggestedClassId);
            Assert.Equal(fixture.Classes[(kind + 1) % ReviewFixture.Kinds], doubt.GivenClassId);
            Assert.InRange(doubt.GivenProbability, 0, doubt.SuggestedProbability);
        }

        Assert.Equal((Images, 0, 0, false), (report.Judged, report.WithoutEmbedding, report.Reviewed, report.IsOutdated));
        Assert.Empty(report.TooFewToJudge);
    }

    /// <summary>A backbone that was fine-tuned on the labels sees in each image what its label says.</summary>
    [Fact]
    public async Task FindAsync_AModelThatLearnedTheErrorsServes_DoubtsThemAllTheSame()
    {
        await using var fixture = await StartAsync();
        var stores = fixture.Get<EmbeddingStores>();
        var learned = stores.Open(new EmbeddingKey("1ea43ed", 64, 1), Embeddings.Size);
        Embeddings.Fill(learned, fixture.Images, index => ReviewFixture.KindOf(index) + (Planted.Contains(index) ? 1 : 0));

        stores.Serve(fixture.Studio.ProjectId, learned, hasLearned: true);

        Assert.Equal(Planted.Select(index => fixture.Images[index].Id), (await FindAsync(fixture)).Doubted.Select(doubt => doubt.ImageId).Order());
    }

    [Fact]
    public async Task DecideAsync_Keep_LeavesTheLabelAndNeverRaisesTheDoubtAgain()
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];

        await DecideAsync(fixture, doubt, LabelVerdict.Keep);

        Assert.Equal(doubt.GivenClassId, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);
        await AssertNotRaisedAsync(fixture, doubt);
        await fixture.Studio.RestartAsync();
        fixture.OpenEmbeddings();
        await AssertNotRaisedAsync(fixture, doubt);
    }

    [Fact]
    public async Task DecideAsync_Take_RelabelsAsAnAcceptedSuggestion()
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];

        await DecideAsync(fixture, doubt, LabelVerdict.Take);

        Assert.Equal(doubt.SuggestedClassId, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);
        await AssertNotRaisedAsync(fixture, doubt);
    }

    [Fact]
    public async Task DecideAsync_Discard_TakesTheImageOut()
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];

        await DecideAsync(fixture, doubt, LabelVerdict.Discard);

        Assert.Equal(ImageState.Discarded, (await fixture.ImageAsync(doubt.ImageId)).State);
        await AssertNotRaisedAsync(fixture, doubt);
    }

    [Theory]
    [InlineData(LabelVerdict.Keep)]
    [InlineData(LabelVerdict.Take)]
    [InlineData(LabelVerdict.Discard)]
    public async Task DecideAsync_LabelChangedMeanwhile_SavesNothing(LabelVerdict verdict)
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];
        var third = fixture.Classes.Single(id => id != doubt.GivenClassId && id != doubt.SuggestedClassId);
        await fixture.Studio.LabelAsync((doubt.ImageId, third));

        await Assert.ThrowsAsync<ConflictException>(() => DecideAsync(fixture, doubt, verdict));

        Assert.Equal(third, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);
        Assert.Equal(0, (await FindAsync(fixture)).Reviewed);
    }

    [Theory]
    [InlineData(LabelVerdict.Keep)]
    [InlineData(LabelVerdict.Take)]
    [InlineData(LabelVerdict.Discard)]
    public async Task UndoAsync_AVerdict_BringsLabelAndDoubtBack(LabelVerdict verdict)
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];
        var reviewId = await DecideAsync(fixture, doubt, verdict);

        await fixture.Get<LabelErrorReview>().UndoAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, reviewId, TestContext.Current.CancellationToken);

        Assert.Equal(doubt.GivenClassId, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);
        var report = await FindAsync(fixture);
        Assert.Contains(report.Doubted, raised => raised.ImageId == doubt.ImageId);
        Assert.Equal(0, report.Reviewed);
    }

    [Theory]
    [InlineData(LabelVerdict.Take)]
    [InlineData(LabelVerdict.Keep)]
    [InlineData(LabelVerdict.Discard)]
    public async Task UndoAsync_AVerdict_TheImageCanBeDecidedAgain(LabelVerdict verdict)
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];
        var review = fixture.Get<LabelErrorReview>();
        var reviewId = await DecideAsync(fixture, doubt, verdict);

        var version = await review.UndoAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, reviewId, TestContext.Current.CancellationToken);

        Assert.Equal((await fixture.ImageAsync(doubt.ImageId)).LabelVersion, version);
        var again = (await FindAsync(fixture)).Doubted.Single(raised => raised.ImageId == doubt.ImageId);
        Assert.Equal(doubt with { LabelVersion = version }, again);
        await DecideAsync(fixture, again, LabelVerdict.Take);
        Assert.Equal(doubt.SuggestedClassId, (await fixture.ImageAsync(doubt.ImageId)).LabelClassId);
    }

    [Fact]
    public async Task FindAsync_AClassWithFewLabels_IsTooFewToJudge()
    {
        await using var fixture = await ReviewFixture.StartAsync(Images);
        await fixture.Studio.LabelAsync(
        [
            .. fixture.Images.Select((image, index) => (image.Id, ClassId: (Guid?)fixture.Classes[ReviewFixture.KindOf(index)]))
                .Where((label, index) => label.ClassId != fixture.Classes[2] || index < 30),
        ]);

        var report = await FindAsync(fixture);

        Assert.Equal([fixture.Classes[2]], report.TooFewToJudge);
        Assert.Equal(20, report.LeastImages);
    }

    [Fact]
    public async Task FindAsync_LabelsChangedSince_SaysSoUntilSearchedAgain()
    {
        await using var fixture = await StartAsync();
        await FindAsync(fixture);
        await fixture.Studio.LabelAsync((fixture.Images[4].Id, fixture.Classes[ReviewFixture.KindOf(4)]));

        var kept = await FindAsync(fixture);
        var again = await FindAsync(fixture, again: true);

        Assert.True(kept.IsOutdated);
        Assert.DoesNotContain(kept.Doubted, doubt => doubt.ImageId == fixture.Images[4].Id);
        Assert.False(again.IsOutdated);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FindAsync_ClassArchivedOrLeftOut_IsNeitherDoubtedNorSuggested(bool isArchived)
    {
        await using var fixture = await StartAsync();
        await FindAsync(fixture);
        await fixture.TakeOutAsync(fixture.Classes[1], isArchived);

        var kept = await FindAsync(fixture);
        var again = await FindAsync(fixture, again: true);

        // The two planted errors that the class has to do with are gone, the third one is there.
        Assert.Equal(fixture.Images[Planted[2]].Id, Assert.Single(kept.Doubted).ImageId);
        Assert.All(again.Doubted, doubt => Assert.NotEqual(fixture.Classes[1], doubt.SuggestedClassId));
        Assert.Equal(Images - (Images / 3) + 2, again.Judged);
    }

    [Fact]
    public async Task FindAsync_NoEmbeddingsYet_JudgesNothing()
    {
        await using var fixture = await ReviewFixture.StartAsync(0);

        var report = await FindAsync(fixture);

        Assert.Empty(report.Doubted);
        Assert.Equal(0, report.Judged);
    }

    [Fact]
    public async Task DecideAsync_Stranger_IsDenied()
    {
        await using var fixture = await StartAsync();
        var doubt = (await FindAsync(fixture)).Doubted[0];

        await Assert.ThrowsAsync<AccessDeniedException>(() => fixture.Get<LabelErrorReview>().DecideAsync(
            Guid.NewGuid(), fixture.Studio.ProjectId, doubt, LabelVerdict.Keep, TestContext.Current.CancellationToken));
    }

    private static async Task<ReviewFixture> StartAsync()
    {
        var fixture = await ReviewFixture.StartAsync(Images);
        await fixture.LabelAllAsync(Planted);
        return fixture;
    }

    private static Task<LabelErrorReport> FindAsync(ReviewFixture fixture, bool again = false) =>
        fixture.Get<LabelErrorReview>().FindAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, again, TestContext.Current.CancellationToken);

    private static Task<long> DecideAsync(ReviewFixture fixture, DoubtedLabel doubt, LabelVerdict verdict) =>
        fixture.Get<LabelErrorReview>().DecideAsync(
            fixture.Studio.UserId, fixture.Studio.ProjectId, doubt, verdict, TestContext.Current.CancellationToken);

    private static async Task AssertNotRaisedAsync(ReviewFixture fixture, DoubtedLabel doubt)
    {
        foreach (var again in new[] { false, true })
        {
            var report = await FindAsync(fixture, again);
            Assert.DoesNotContain(report.Doubted, raised => raised.ImageId == doubt.ImageId);
            Assert.Equal(1, report.Reviewed);
        }
    }
}
