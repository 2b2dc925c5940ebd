using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Tests.Labelling;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class LabelChecksTests
{
    [Fact]
    public async Task JudgeAsync_EachVerdict_DoesWhatItSays()
    {
        await using var lab = await StartAsync(3);
        var (checks, comments) = Services(lab);
        var tasks = await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.Oldest, 10, CancellationToken.None);

        await checks.JudgeAsync(lab.UserId, lab.ProjectId, tasks[0], CheckVerdict.Accepted, null, null, CancellationToken.None);
        await checks.JudgeAsync(lab.UserId, lab.ProjectId, tasks[1], CheckVerdict.Rejected, null, " Two birds ", CancellationToken.None);
        await checks.JudgeAsync(lab.UserId, lab.ProjectId, tasks[2], CheckVerdict.Relabelled, lab.Robin, null, CancellationToken.None);

        Assert.Equal(new CheckCounts(0, 1, 1, 1), await checks.CountsAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
        Assert.Equal(lab.Owl, (await lab.ImageAsync(tasks[0].ImageId)).LabelClassId);
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(tasks[1].ImageId)).State);
        Assert.Equal(lab.Robin, (await lab.ImageAsync(tasks[2].ImageId)).LabelClassId);
        Assert.Equal("Rejected: Two birds", Assert.Single(await comments.ListAsync(lab.UserId, tasks[1].ImageId, CancellationToken.None)).Text);
        Assert.Contains(await lab.TakeAsync(lab.UserId, 5), task => task.ImageId == tasks[1].ImageId);
    }

    [Fact]
    public async Task NextAsync_LabelGivenAnewAfterARejection_WaitsAgain()
    {
        await using var lab = await StartAsync(1);
        var (checks, _) = Services(lab);
        var task = Assert.Single(await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.Oldest, 10, CancellationToken.None));
        await checks.JudgeAsync(lab.UserId, lab.ProjectId, task, CheckVerdict.Rejected, null, null, CancellationToken.None);

        await lab.LabelAsync(task.ImageId, lab.Robin);

        Assert.Equal(lab.Robin, Assert.Single(await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.Oldest, 10, CancellationToken.None)).ClassId);
    }

    [Fact]
    public async Task JudgeAsync_LabelChangedMeanwhile_SavesNothing()
    {
        await using var lab = await StartAsync(1);
        var (checks, _) = Services(lab);
        var task = Assert.Single(await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.Oldest, 10, CancellationToken.None));
        await lab.LabelAsync(task.ImageId, lab.Robin);

        await Assert.ThrowsAsync<ConflictException>(
            () => checks.JudgeAsync(lab.UserId, lab.ProjectId, task, CheckVerdict.Rejected, null, null, CancellationToken.None));
        await Assert.ThrowsAsync<ConflictException>(
            () => checks.JudgeAsync(lab.UserId, lab.ProjectId, task, CheckVerdict.Accepted, null, null, CancellationToken.None));

        Assert.Equal(lab.Robin, (await lab.ImageAsync(task.ImageId)).LabelClassId);
        Assert.Equal(1, (await checks.CountsAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).Waiting);
    }

    [Fact]
    public async Task NextAsync_PartOfTheLabelsSampled_GivesAboutThatShare()
    {
        await using var lab = await StartAsync(200);
        var (checks, _) = Services(lab);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, ReviewPercent = 20 }, CancellationToken.None);

        Assert.InRange((await checks.CountsAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).Waiting, 20, 60);
    }

    [Fact]
    public async Task NextAsync_MostDoubtful_BeginsWithTheSurestContradiction()
    {
        await using var lab = await LabellingFixture.StartAsync(5);
        var (checks, _) = Services(lab);
        await SuggestedAsync(0, lab.Owl, lab.Owl, 0.95);
        await SuggestedAsync(1, lab.Owl, lab.Owl, 0.4);
        await SuggestedAsync(2, lab.Robin, lab.Owl, 0.5);
        await SuggestedAsync(3, lab.Robin, lab.Owl, 0.9);
        await lab.LabelAsync(lab.Images[4], lab.Owl);

        var order = await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.MostDoubtful, 10, CancellationToken.None);

        // Against 0.9, against 0.5, taken at 0.4, without a suggestion, taken at 0.95.
        Assert.Equal([3, 2, 1, 4, 0], order.Select(task => Array.IndexOf(lab.Images, task.ImageId)));

        Task SuggestedAsync(int image, Guid given, Guid suggested, double probability) => lab.DecideAsync(
            new Decision(Guid.NewGuid(), lab.Images[image], AnnotationKind.Label, given, null, suggested, probability, "live head"));
    }

    [Fact]
    public async Task RelabelAsync_SeveralClassesOrNone_GivesTheSetAndNamesTheReviewersVerdict()
    {
        await using var lab = await StartAsync(2);
        await SeveralClasses.TakeAsync(lab);
        var (checks, _) = Services(lab);
        var tasks = await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.Oldest, 10, CancellationToken.None);

        await checks.RelabelAsync(lab.UserId, lab.ProjectId, tasks[0], [lab.Robin, lab.Owl], null, CancellationToken.None);
        await checks.RelabelAsync(lab.UserId, lab.ProjectId, tasks[1], [], null, CancellationToken.None);

        var names = (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).ToDictionary(item => item.Id, item => item.Name);
        Assert.Equal("Owl + Robin", names[(await lab.ImageAsync(tasks[0].ImageId)).LabelClassId!.Value]);
        Assert.Equal("No class", names[(await lab.ImageAsync(tasks[1].ImageId)).LabelClassId!.Value]);
        Assert.Equal(new CheckCounts(0, 0, 0, 2), await checks.CountsAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
    }

    [Fact]
    public async Task RelabelAsync_SeveralClassesWhereImagesHaveOne_IsRefused()
    {
        await using var lab = await StartAsync(1);
        var (checks, _) = Services(lab);
        var task = Assert.Single(await checks.NextAsync(lab.UserId, lab.ProjectId, CheckOrder.Oldest, 10, CancellationToken.None));

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => checks.RelabelAsync(lab.UserId, lab.ProjectId, task, [lab.Robin, lab.Owl], null, CancellationToken.None));

        Assert.Equal(lab.Owl, (await lab.ImageAsync(task.ImageId)).LabelClassId);
    }

    [Fact]
    public async Task NextAsync_ByAnAnnotator_IsRefused()
    {
        await using var lab = await StartAsync(0);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => Services(lab).Checks.NextAsync(annotator, lab.ProjectId, CheckOrder.Oldest, 1, CancellationToken.None));
    }

    private static (LabelChecks Checks, ImageComments Comments) Services(LabellingFixture lab)
    {
        var comments = ActivatorUtilities.CreateInstance<ImageComments>(lab.Studio.Services);
        return (ActivatorUtilities.CreateInstance<LabelChecks>(lab.Studio.Services, comments), comments);
    }

    private static async Task<LabellingFixture> StartAsync(int labelled)
    {
        var lab = await LabellingFixture.StartAsync(labelled);
        if (labelled > 0)
        {
            await lab.Labeller.DecideManyAsync(lab.UserId, lab.ProjectId, lab.Images, AnnotationKind.Label, lab.Owl, CancellationToken.None);
        }

        return lab;
    }
}
