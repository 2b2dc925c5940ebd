using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class OverlapTests
{
    [Fact]
    public async Task DecideAsync_SecondEqualVote_MakesTheLabel()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));

        var vote = await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
        await lab.LabelAsync(lab.Images[0], lab.Owl, expectedVersion: 0, userId: second);

        Assert.Equal(DecisionOutcome.Saved, vote.Outcome);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Equal(
            [AnnotationOrigin.Manual, AnnotationOrigin.Manual, AnnotationOrigin.Majority],
            (await lab.AnnotationsAsync()).Select(annotation => annotation.Origin));
    }

    [Fact]
    public async Task TakeAsync_ImageOnePersonVotedOn_IsGivenToOthersOnlyUntilAllVotesAreThere()
    {
        await using var lab = await StartAsync(annotators: 2, images: 1);
        var (first, second, third) = (await PersonAsync(lab), await PersonAsync(lab), await PersonAsync(lab));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);

        Assert.Empty(await lab.TakeAsync(first, 1));
        var task = Assert.Single(await lab.TakeAsync(second, 1));
        Assert.Equal((null, ImageState.Unlabelled), (task.ClassId, task.State));
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: second);
        Assert.Empty(await lab.TakeAsync(third, 1));
    }

    [Fact]
    public async Task AdjudicationDecideAsync_VotesThatDiffer_EndsWithTheLeadsWordAndReachesTheAgreement()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab, "Bea"), await PersonAsync(lab, "Cy"));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: second);
        var adjudication = ActivatorUtilities.CreateInstance<Adjudication>(lab.Studio.Services);

        var divided = Assert.Single(await adjudication.ListAsync(lab.UserId, lab.ProjectId, 10, CancellationToken.None));
        await adjudication.DecideAsync(lab.UserId, lab.ProjectId, divided, lab.Robin, CancellationToken.None);

        Assert.Equal([("Bea", lab.Owl), ("Cy", lab.Robin)], divided.Votes.Select(vote => (vote.UserName, vote.ClassId)));
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Empty(await adjudication.ListAsync(lab.UserId, lab.ProjectId, 10, CancellationToken.None));
        var report = await ActivatorUtilities.CreateInstance<AgreementReports>(lab.Studio.Services)
            .GetAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        Assert.Equal((1, 0.0), (report.Measures.Images, report.Measures.Agreement));
    }

    [Fact]
    public async Task DecideAsync_ClearAfterAVote_WithdrawsIt()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);

        await lab.DecideAsync(lab.Images[0], AnnotationKind.Clear, first);
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: second);

        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
        Assert.Contains(await lab.TakeAsync(first, 5), task => task.ImageId == lab.Images[0]);
    }

    [Fact]
    public async Task StatusAsync_OwnVotes_AreCountedUntilTheVotesHaveDecidedOrOneIsTakenBack()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);
        await lab.LabelAsync(lab.Images[1], lab.Owl, userId: first);
        Assert.Equal((2, 0), (await VotedAsync(first), await VotedAsync(second)));

        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: second);
        await lab.DecideAsync(lab.Images[1], AnnotationKind.Clear, first);
        Assert.Equal((0, 0), (await VotedAsync(first), await VotedAsync(second)));

        async Task<int> VotedAsync(Guid person) => (await lab.Queue.StatusAsync(person, lab.ProjectId, CancellationToken.None)).VotedByYou;
    }

    [Fact]
    public async Task RecentAsync_OwnVote_IsShownAsTheLabelThatThePersonGaveUntilTheVotesHaveDecided()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);
        var open = Assert.Single(await lab.Labeller.RecentAsync(first, lab.ProjectId, 10, CancellationToken.None));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: second);
        var decided = Assert.Single(await lab.Labeller.RecentAsync(first, lab.ProjectId, 10, CancellationToken.None));

        Assert.Equal((AnnotationKind.Label, ImageState.Labelled, lab.Owl), (open.Kind, open.Task.State, open.Task.ClassId));
        Assert.Equal(new LabelBefore(ImageState.Unlabelled, null), open.Before);
        Assert.Null(decided.Before);
    }

    [Fact]
    public async Task DecideAsync_TwoOfThreeVotes_DecideOnlyWhereTheMajorityMay()
    {
        await using var lab = await StartAsync(annotators: 3, majority: false);
        Guid[] people = [await PersonAsync(lab), await PersonAsync(lab), await PersonAsync(lab)];
        await VoteAsync(lab, lab.Images[0], people, lab.Owl, lab.Owl, lab.Robin);
        await SetAsync(lab, 3, majority: true);
        await VoteAsync(lab, lab.Images[1], people, lab.Owl, lab.Owl, lab.Robin);

        Assert.Null((await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[1])).LabelClassId);
    }

    [Fact]
    public async Task DecideManyAsync_ByAnnotators_IsAVoteOnEachImageAndTheSecondMakesTheLabels()
    {
        await using var lab = await StartAsync(annotators: 2, images: 30);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));

        var votes = await lab.Labeller.DecidePartsAsync(
            first, lab.ProjectId, [new BulkPart(lab.Images, lab.Owl)], AnnotationKind.Label, onlyUnlabelled: true, null, CancellationToken.None);
        Assert.Equal((30, 0), (votes.Changed, votes.LeftOut.Count));
        Assert.Equal((ImageState.Unlabelled, 0), await StateAsync(lab, 29));
        await ManyAsync(lab, second, AnnotationKind.Label, lab.Owl);

        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[29])).LabelClassId);
        Assert.Equal(
            [AnnotationKind.Vote, AnnotationKind.Vote, AnnotationKind.Label],
            (await lab.AnnotationsAsync()).Where(annotation => annotation.ImageId == lab.Images[29]).Select(annotation => annotation.Kind));
        await lab.Labeller.UndoAsync(second, lab.ProjectId, CancellationToken.None);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[29])).State);
    }

    [Fact]
    public async Task DecideManyAsync_ClearByAnAnnotator_WithdrawsTheVotes()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));
        await ManyAsync(lab, first, AnnotationKind.Label, lab.Owl);

        await ManyAsync(lab, first, AnnotationKind.Clear, null);
        await ManyAsync(lab, second, AnnotationKind.Label, lab.Owl);

        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Fact]
    public async Task DecideManyAsync_ByALead_IsTheLabelWhateverTheVotes()
    {
        await using var lab = await StartAsync(annotators: 2);
        await ManyAsync(lab, await PersonAsync(lab), AnnotationKind.Label, lab.Owl);

        await ManyAsync(lab, lab.UserId, AnnotationKind.Label, lab.Robin);

        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task UndoAsync_AVoteThatOthersVotedAfter_IsTakenBackAndGivenAgainByRedo()
    {
        await using var lab = await StartAsync(annotators: 3, images: 1);
        var (first, second, third) = (await PersonAsync(lab), await PersonAsync(lab), await PersonAsync(lab));
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: first);
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: second);

        var undone = await lab.Labeller.UndoAsync(first, lab.ProjectId, CancellationToken.None);
        await lab.LabelAsync(lab.Images[0], lab.Owl, userId: third);

        Assert.Equal((1, null), (undone!.ImageCount, undone.Message));
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
        var redone = await lab.Labeller.RedoAsync(first, lab.ProjectId, CancellationToken.None);
        Assert.Equal((AnnotationKind.Vote, lab.Owl), (redone!.Kind, redone.ClassId));
        Assert.Empty(await lab.TakeAsync(first, 1));
    }

    [Fact]
    public async Task SetAsync_ByAnAnnotator_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var annotator = await PersonAsync(lab);

        await Assert.ThrowsAsync<AccessDeniedException>(() => lab.Studio.Get<QualityPlans>()
            .SetAsync(annotator, new QualityPlan { ProjectId = lab.ProjectId }, CancellationToken.None));
    }

    private static Task<int> ManyAsync(LabellingFixture lab, Guid person, AnnotationKind kind, Guid? classId) =>
        lab.Labeller.DecideManyAsync(person, lab.ProjectId, lab.Images, kind, classId, CancellationToken.None);

    private static async Task<(ImageState, int)> StateAsync(LabellingFixture lab, int index)
    {
        var image = await lab.ImageAsync(lab.Images[index]);
        return (image.State, image.LabelVersion);
    }

    private static async Task VoteAsync(LabellingFixture lab, long image, Guid[] people, params Guid[] classes)
    {
        foreach (var (person, classId) in people.Zip(classes))
        {
            await lab.LabelAsync(image, classId, userId: person);
        }
    }

    private static Task<Guid> PersonAsync(LabellingFixture lab, string? name = null) => lab.Studio.AddUserAsync(StudioRole.Annotator, name);

    private static async Task<LabellingFixture> StartAsync(int annotators, int images = 5, bool majority = true)
    {
        var lab = await LabellingFixture.StartAsync(images);
        await SetAsync(lab, annotators, majority);
        return lab;
    }

    private static Task SetAsync(LabellingFixture lab, int annotators, bool majority) => lab.Studio.Get<QualityPlans>().SetAsync(
        lab.UserId,
        new QualityPlan { ProjectId = lab.ProjectId, OverlapAnnotators = annotators, OverlapPercent = 100, MajorityDecides = majority },
        CancellationToken.None);
}
