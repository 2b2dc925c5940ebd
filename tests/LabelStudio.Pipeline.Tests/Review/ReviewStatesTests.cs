using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Tests.Labelling;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class ReviewStatesTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task IdsAsync_AfterEachVerdict_FindsTheImageInItsState()
    {
        await using var lab = await LabellingFixture.StartAsync(6);
        var (bea, cal) = (await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea"), await lab.Studio.AddUserAsync(StudioRole.Annotator, "Cal"));
        foreach (var (image, index) in lab.Images[..5].Select((image, index) => (image, index)))
        {
            await lab.LabelAsync(image, lab.Owl, userId: index == 3 ? cal : bea);
        }

        await JudgeAsync(lab, 0, CheckVerdict.Accepted);
        await JudgeAsync(lab, 1, CheckVerdict.Rejected, "blurred");
        await JudgeAsync(lab, 2, CheckVerdict.Relabelled);
        await JudgeAsync(lab, 3, CheckVerdict.Rejected);

        Assert.Equal([lab.Images[4]], await IdsAsync(lab, ReviewState.Unchecked));
        Assert.Equal([lab.Images[0]], await IdsAsync(lab, ReviewState.Accepted));
        Assert.Equal([lab.Images[1], lab.Images[3]], await IdsAsync(lab, ReviewState.Rejected));
        Assert.Equal([lab.Images[2]], await IdsAsync(lab, ReviewState.Relabelled));
        Assert.Equal([lab.Images[1]], await IdsAsync(lab, ReviewState.Rejected, bea));
        Assert.Equal(1, await States(lab).OwnRejectedAsync(cal, lab.ProjectId, None));
        var marks = await States(lab).MarksAsync(bea, lab.ProjectId, lab.Images, None);
        Assert.Equal(new ReviewMark(ReviewState.Rejected, "blurred"), marks[lab.Images[1]]);
        Assert.Equal(new ReviewMark(ReviewState.Accepted, null), marks[lab.Images[0]]);
        Assert.False(marks.ContainsKey(lab.Images[4]) || marks.ContainsKey(lab.Images[5]));
    }

    [Fact]
    public async Task IdsAsync_ARejectedImageLabelledAgain_IsRelabelledUntilItIsJudged()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await JudgeAsync(lab, 0, CheckVerdict.Rejected, "not an owl");

        await lab.LabelAsync(lab.Images[0], lab.Robin);
        var again = await IdsAsync(lab, ReviewState.Relabelled);
        var mark = (await States(lab).MarksAsync(lab.UserId, lab.ProjectId, lab.Images, None))[lab.Images[0]];
        await JudgeAsync(lab, 0, CheckVerdict.Accepted);

        Assert.Equal(lab.Images, again);
        Assert.Equal(new ReviewMark(ReviewState.Relabelled, null), mark);
        Assert.Empty(await IdsAsync(lab, ReviewState.Rejected));
        Assert.Empty(await IdsAsync(lab, ReviewState.Relabelled));
        Assert.Equal(lab.Images, await IdsAsync(lab, ReviewState.Accepted));
    }

    [Fact]
    public async Task IdsAsync_AnAcceptedLabelThatWasChangedSince_IsUncheckedAgain()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await JudgeAsync(lab, 0, CheckVerdict.Accepted);

        await lab.LabelAsync(lab.Images[0], lab.Robin);

        Assert.Equal(lab.Images, await IdsAsync(lab, ReviewState.Unchecked));
        Assert.Empty(await IdsAsync(lab, ReviewState.Accepted));
        Assert.Empty(await States(lab).MarksAsync(lab.UserId, lab.ProjectId, lab.Images, None));
    }

    private static ReviewStates States(LabellingFixture lab) => ActivatorUtilities.CreateInstance<ReviewStates>(lab.Studio.Services);

    private static async Task<IEnumerable<long>> IdsAsync(LabellingFixture lab, ReviewState state, Guid? of = null) =>
        (await States(lab).IdsAsync(lab.UserId, lab.ProjectId, state, of, None)).Order();

    private static async Task JudgeAsync(LabellingFixture lab, int index, CheckVerdict verdict, string? reason = null)
    {
        var comments = ActivatorUtilities.CreateInstance<ImageComments>(lab.Studio.Services);
        var checks = ActivatorUtilities.CreateInstance<LabelChecks>(lab.Studio.Services, comments);
        var image = await lab.ImageAsync(lab.Images[index]);
        Assert.Equal(ImageState.Labelled, image.State);
        var task = new CheckTask(image.Id, image.Sha256, image.FileName, image.LabelClassId!.Value, image.LabelVersion, image.LabelledBy, null, image.LabelledUtc);
        await checks.JudgeAsync(lab.UserId, lab.ProjectId, task, verdict, verdict == CheckVerdict.Relabelled ? lab.Robin : null, reason, None);
    }
}
