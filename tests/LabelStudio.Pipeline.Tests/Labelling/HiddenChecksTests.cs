using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class HiddenChecksTests
{
    [Fact]
    public async Task TakeAsync_EveryFourthImage_IsAKnownOneThatLooksLikeTheOthersAndKeepsItsLabel()
    {
        await using var lab = await LabellingFixture.StartAsync(9);
        var known = lab.Images[8];
        await lab.LabelAsync(known, lab.Owl);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, known, CancellationToken.None);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 25 }, CancellationToken.None);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");

        var order = new List<long>();
        for (var label = 0; label < 8; label++)
        {
            var task = Assert.Single(await lab.TakeAsync(annotator, 1));
            Assert.Equal((ImageState.Unlabelled, null), (task.State, task.ClassId));
            order.Add(task.ImageId);
            await lab.LabelAsync(task.ImageId, lab.Robin, task.LabelVersion, annotator);
        }

        Assert.Equal(known, order[3]);
        Assert.Single(order, image => image == known);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(known)).LabelClassId);
        var figures = (await ActivatorUtilities.CreateInstance<AnnotatorStatistics>(lab.Studio.Services)
            .ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).Single(person => person.UserName == "Bea");
        Assert.Equal((1, 0.0), (figures.Checks, figures.CheckAccuracy));
    }

    [Theory]
    [InlineData(AnnotationKind.Label)]
    [InlineData(AnnotationKind.Clear)]
    [InlineData(AnnotationKind.Discard)]
    public async Task DecideManyAsync_ByAnAnnotator_LeavesTheKnownImageItsLabel(AnnotationKind kind)
    {
        await using var lab = await StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");

        await lab.Labeller.DecideManyAsync(
            annotator, lab.ProjectId, lab.Images, kind, kind == AnnotationKind.Label ? lab.Robin : null, CancellationToken.None);

        var image = await lab.ImageAsync(lab.Images[0]);
        Assert.Equal((lab.Owl, lab.UserId), (image.LabelClassId, image.LabelledBy));
        Assert.Equal(kind == AnnotationKind.Clear ? 0 : 1, (await StatisticsAsync(lab, "Bea"))?.Checks ?? 0);
    }

    [Fact]
    public async Task DecideAsync_ByALeadOnAKnownImage_ChangesTheLabelAndWithItTheRightAnswer()
    {
        await using var lab = await StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: annotator);

        var result = await lab.LabelAsync(lab.Images[0], lab.Robin, expectedVersion: 1);

        Assert.Equal((DecisionOutcome.Saved, lab.Robin), (result.Outcome, (await lab.ImageAsync(lab.Images[0])).LabelClassId));
        Assert.Equal((1, 1.0), await StatisticsAsync(lab, "Bea") is { } figures ? (figures.Checks, figures.CheckAccuracy!.Value) : default);
    }

    [Fact]
    public async Task TakeAsync_ByALead_NeverBringsAHiddenCheck()
    {
        await using var lab = await StartAsync();

        Assert.DoesNotContain(await lab.TakeAsync(lab.UserId, 5), task => task.ImageId == lab.Images[0]);
    }

    [Fact]
    public async Task UndoAsync_OfAnAnswerToAHiddenCheck_LeavesItsLabelAndDoesNotTellIt()
    {
        await using var lab = await StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");
        await lab.LabelAsync(lab.Images[0], lab.Robin, userId: annotator);

        var undone = await lab.Labeller.UndoAsync(annotator, lab.ProjectId, CancellationToken.None);
        var redone = await lab.Labeller.RedoAsync(annotator, lab.ProjectId, CancellationToken.None);

        Assert.Equal((ImageState.Unlabelled, null), (undone!.Task.State, undone.Task.ClassId));
        Assert.Equal((ImageState.Unlabelled, null), (redone!.Task.State, redone.Task.ClassId));
        var image = await lab.ImageAsync(lab.Images[0]);
        Assert.Equal((lab.Owl, lab.UserId, 1), (image.LabelClassId, image.LabelledBy, image.LabelVersion));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UndoAsync_OfALabelFromBeforeTheImageBecameACheck_LooksLikeAnyOtherAndLeavesTheLabel(bool wasRelabelled)
    {
        await using var lab = await StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");
        var image = lab.Images[1];
        await lab.LabelAsync(image, lab.Robin, userId: annotator);
        if (wasRelabelled)
        {
            await lab.LabelAsync(image, lab.Owl);
        }

        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, image, CancellationToken.None);
        var before = await lab.ImageAsync(image);

        var undone = await lab.Labeller.UndoAsync(annotator, lab.ProjectId, CancellationToken.None);
        var redone = await lab.Labeller.RedoAsync(annotator, lab.ProjectId, CancellationToken.None);

        Assert.Equal((ImageState.Unlabelled, null, 1, null), (undone!.Task.State, undone.Task.ClassId, undone.ImageCount, undone.Message));
        Assert.Equal((AnnotationKind.Label, lab.Robin, 1, null), (redone!.Kind, redone.ClassId, redone.ImageCount, redone.Message));
        var after = await lab.ImageAsync(image);
        Assert.Equal((before.LabelClassId, before.LabelledBy, before.LabelVersion), (after.LabelClassId, after.LabelledBy, after.LabelVersion));
        Assert.Null(await lab.Labeller.RedoAsync(annotator, lab.ProjectId, CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DecideAsync_ReasonForADiscardedHiddenCheck_IsNoSecondAnswerAndNoSecondUndo(bool sentTogether)
    {
        await using var lab = await StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bea");
        var discard = new Decision(Guid.NewGuid(), lab.Images[0], AnnotationKind.Discard);
        var reason = discard with { Id = Guid.NewGuid(), DiscardReason = "blurred" };

        Decision[][] sent = sentTogether ? [[discard, reason]] : [[discard], [reason]];
        foreach (var decisions in sent)
        {
            var results = await lab.Labeller.DecideAsync(annotator, lab.ProjectId, decisions, CancellationToken.None);
            Assert.All(results, result => Assert.Equal((DecisionOutcome.Saved, null), (result.Outcome, result.ClassId)));
        }

        Assert.Single(await lab.AnnotationsAsync(), annotation => annotation.UserId == annotator);
        Assert.NotNull(await lab.Labeller.UndoAsync(annotator, lab.ProjectId, CancellationToken.None));
        Assert.Null(await lab.Labeller.UndoAsync(annotator, lab.ProjectId, CancellationToken.None));
    }

    [Fact]
    public async Task TakeAsync_CheckThatWasAnsweredOftenEnough_AsksNobodyElse()
    {
        await using var lab = await StartAsync();
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 100, KnownMostAnswers = 2 }, CancellationToken.None);
        var asked = new List<bool>();
        foreach (var name in new[] { "Bea", "Cal", "Dan" })
        {
            var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, name);
            var task = Assert.Single(await lab.TakeAsync(annotator, 1));
            asked.Add(task.ImageId == lab.Images[0]);
            if (asked[^1])
            {
                await lab.LabelAsync(task.ImageId, name == "Bea" ? lab.Owl : lab.Robin, task.LabelVersion, annotator);
            }
        }

        Assert.Equal([true, true, false], asked);
        var known = Assert.Single(await lab.Studio.Get<KnownImages>().ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None));
        Assert.Equal((lab.Images[0], lab.Owl, 2, 1), (known.ImageId, known.ClassId, known.Answers, known.Right));
    }

    [Fact]
    public async Task AddAsync_ImageWithoutLabel_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);

        await Assert.ThrowsAsync<InvalidRequestException>(
            () => lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None));
    }

    [Fact]
    public async Task IsKnownAsync_AskedByAnAnnotator_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(1);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => lab.Studio.Get<KnownImages>().IsKnownAsync(annotator, lab.ProjectId, lab.Images[0], CancellationToken.None));
    }

    /// <summary>The first image is a hidden check labelled owl, and every image a person gets is a check while there are any.</summary>
    private static async Task<LabellingFixture> StartAsync()
    {
        var lab = await LabellingFixture.StartAsync(2);
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 100 }, CancellationToken.None);
        return lab;
    }

    private static async Task<AnnotatorFigures?> StatisticsAsync(LabellingFixture lab, string name) =>
        (await ActivatorUtilities.CreateInstance<AnnotatorStatistics>(lab.Studio.Services)
            .ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).SingleOrDefault(person => person.UserName == name);
}
