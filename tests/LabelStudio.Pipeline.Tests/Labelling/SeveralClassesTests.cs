using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using static LabelStudio.Pipeline.Tests.Labelling.SeveralClasses;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>Labels of a project whose images may have several classes.</summary>
public sealed class SeveralClassesTests
{
    [Fact]
    public async Task DecideAsync_TwoClassesInAnyOrder_AreOneLabel()
    {
        await using var lab = await StartAsync();

        var one = await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);
        var other = await GiveAsync(lab, 1, [lab.Robin, lab.Owl, lab.Owl]);

        Assert.Equal((DecisionOutcome.Saved, DecisionOutcome.Saved), (one.Outcome, other.Outcome));
        Assert.Equal(one.ClassId, other.ClassId);
        Assert.Equal("Owl + Robin", await NameAsync(lab, one.ClassId));
        Assert.Equal((ImageState.Labelled, one.ClassId), ((await lab.ImageAsync(lab.Images[1])).State, (await lab.ImageAsync(lab.Images[1])).LabelClassId));
    }

    [Fact]
    public async Task DecideAsync_OneClass_IsThatClass()
    {
        await using var lab = await StartAsync();

        Assert.Equal(lab.Owl, (await GiveAsync(lab, 0, [lab.Owl])).ClassId);
        Assert.DoesNotContain(await ListAsync(lab), item => item.IsCombination);
    }

    [Fact]
    public async Task DecideAsync_NoClass_IsALabelAndNotUnlabelled()
    {
        await using var lab = await StartAsync();

        var result = await GiveAsync(lab, 0, []);

        var image = await lab.ImageAsync(lab.Images[0]);
        Assert.Equal((DecisionOutcome.Saved, ImageState.Labelled), (result.Outcome, image.State));
        Assert.Equal(ClassDefinition.NameOfNone, await NameAsync(lab, image.LabelClassId));
        Assert.Empty((await ListAsync(lab)).Single(item => item.IsCombination).MemberIds!);
    }

    [Fact]
    public async Task DecideAsync_SeveralClassesWhereImagesHaveOne_IsRefusedAndSavesNothing()
    {
        await using var lab = await LabellingFixture.StartAsync();

        var several = await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);
        var none = await GiveAsync(lab, 0, []);
        var one = await GiveAsync(lab, 0, [lab.Robin]);

        Assert.Equal((DecisionOutcome.Refused, DecisionOutcome.Refused), (several.Outcome, none.Outcome));
        Assert.StartsWith("An image has one class in this project", several.Message, StringComparison.Ordinal);
        Assert.Equal((DecisionOutcome.Saved, lab.Robin), (one.Outcome, one.ClassId));
    }

    [Fact]
    public async Task DecideAsync_AddAndRemove_ChangeWhatTheImageHas()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl]);

        var added = await GiveAsync(lab, 0, [lab.Robin], SetChange.Add);
        var addedAgain = await GiveAsync(lab, 0, [lab.Robin], SetChange.Add);
        var removed = await GiveAsync(lab, 0, [lab.Owl], SetChange.Remove);

        Assert.Equal("Owl + Robin", await NameAsync(lab, added.ClassId));
        Assert.Equal(DecisionOutcome.AlreadySaved, addedAgain.Outcome);
        Assert.Equal((DecisionOutcome.Saved, lab.Robin), (removed.Outcome, removed.ClassId));
        Assert.Equal(3, (await lab.AnnotationsAsync()).Count);
    }

    [Fact]
    public async Task DecideAsync_RemovingTheLastClass_LeavesTheImageUnlabelled()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl]);

        await GiveAsync(lab, 0, [lab.Owl, lab.Robin], SetChange.Remove);

        Assert.Equal((ImageState.Unlabelled, null), ((await lab.ImageAsync(lab.Images[0])).State, (await lab.ImageAsync(lab.Images[0])).LabelClassId));
    }

    [Fact]
    public async Task DecideAsync_RemovingFromAnUnlabelledImage_ChangesNothing()
    {
        await using var lab = await StartAsync();

        Assert.Equal(DecisionOutcome.AlreadySaved, (await GiveAsync(lab, 0, [lab.Owl], SetChange.Remove)).Outcome);
        Assert.Empty(await lab.AnnotationsAsync());
    }

    [Fact]
    public async Task DecideAsync_NoneOfTheseWithAnotherClass_IsRefusedAndLaterOneHolds()
    {
        await using var lab = await StartAsync();
        var none = (await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("None of these") { IsNegative = true }, CancellationToken.None)).Id;

        var together = await GiveAsync(lab, 0, [lab.Owl, none]);
        await GiveAsync(lab, 1, [lab.Owl, lab.Robin]);
        var toNone = await GiveAsync(lab, 1, [none], SetChange.Add);
        var back = await GiveAsync(lab, 1, [lab.Owl], SetChange.Add);

        Assert.Equal(DecisionOutcome.Refused, together.Outcome);
        Assert.Contains("'None of these' means that no other class fits", together.Message, StringComparison.Ordinal);
        Assert.Equal((none, lab.Owl), (toNone.ClassId, back.ClassId));
    }

    [Fact]
    public async Task UndoAsync_OfASet_BringsTheSetBeforeBack()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);
        await GiveAsync(lab, 0, [lab.Robin]);

        var undone = await lab.UndoAsync();

        Assert.Equal("Owl + Robin", await NameAsync(lab, undone!.Task.ClassId));
        await lab.RedoAsync();
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task DecideAsync_TheSameSetAgain_IsOneCombination()
    {
        await using var lab = await StartAsync();
        for (var place = 0; place < 3; place++)
        {
            await GiveAsync(lab, place, [lab.Owl, lab.Robin]);
        }

        var item = Assert.Single(await ListAsync(lab), item => item.IsCombination);
        Assert.Equal(3, item.LabelledCount);
        Assert.Equal([lab.Owl, lab.Robin], item.MemberIds);
    }

    [Fact]
    public async Task DecideAsync_ASetThatMeetsAConflict_MakesNoCombination()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl]);

        var late = await lab.DecideAsync(Give(lab.Images[0], [lab.Owl, lab.Robin]) with { ExpectedVersion = 0 });

        Assert.Equal((DecisionOutcome.Conflict, lab.Owl), (late.Outcome, late.ClassId));
        Assert.DoesNotContain(await ListAsync(lab), item => item.IsCombination);
    }

    [Fact]
    public async Task DecideAsync_ManyAtOnce_MakesEachCombinationOnce()
    {
        await using var lab = await StartAsync(imageCount: 30);
        Decision[] decisions = [.. lab.Images.Select((id, place) => Give(id, place % 2 == 0 ? [lab.Owl, lab.Robin] : []))];

        var results = await lab.Labeller.DecideAsync(lab.UserId, lab.ProjectId, decisions, CancellationToken.None);

        Assert.All(results, result => Assert.Equal(DecisionOutcome.Saved, result.Outcome));
        Assert.Equal([15, 15], (await ListAsync(lab)).Where(item => item.IsCombination).Select(item => item.LabelledCount));
    }

    [Fact]
    public async Task PageAsync_OfAClass_FindsImagesThatHaveItWithOthersAndOfACombinationExactlyThose()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl]);
        var both = (await GiveAsync(lab, 1, [lab.Owl, lab.Robin])).ClassId!.Value;
        await GiveAsync(lab, 2, [lab.Robin]);
        await GiveAsync(lab, 3, []);

        Assert.Equal([lab.Images[0], lab.Images[1]], await FindAsync(lab, lab.Owl));
        Assert.Equal([lab.Images[1], lab.Images[2]], await FindAsync(lab, lab.Robin));
        Assert.Equal([lab.Images[1]], await FindAsync(lab, both));
    }

    [Fact]
    public async Task PageAsync_ByAnAnnotator_FindsHiddenChecksByTheirOwnAnswerOnly()
    {
        await using var lab = await StartAsync();
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator, "Bo");
        await GiveAsync(lab, 0, [lab.Owl]);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 50 }, CancellationToken.None);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], CancellationToken.None);
        await lab.DecideAsync(Give(lab.Images[0], [lab.Robin]), annotator);

        var added = await lab.DecideAsync(Give(lab.Images[0], [lab.Owl], SetChange.Add), annotator);

        Assert.Equal("Owl + Robin", await NameAsync(lab, added.ClassId));
        Assert.Equal([lab.Images[0]], await FindAsync(lab, lab.Robin, annotator));
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task CreateAsync_ADatasetVersion_HoldsCombinationsThatImagesHave()
    {
        await using var lab = await StartAsync();
        var both = (await GiveAsync(lab, 0, [lab.Owl, lab.Robin])).ClassId!.Value;
        await GiveAsync(lab, 1, []);
        await GiveAsync(lab, 1, [lab.Owl]);

        var snapshots = lab.Studio.Get<DatasetSnapshots>();
        var manifest = await snapshots.ReadAsync((await snapshots.CreateAsync(lab.ProjectId, CancellationToken.None)).Id, CancellationToken.None);

        Assert.Equal(["Owl", "Robin", "Owl + Robin"], manifest.Classes.Select(item => item.Name));
        Assert.Equal([both, lab.Owl], manifest.Entries.Select(entry => entry.ClassId));
    }

    private static async Task<long[]> FindAsync(LabellingFixture lab, Guid classId, Guid? userId = null) =>
    [
        .. (await lab.Studio.Get<ImageLibrary>().PageAsync(
            userId ?? lab.UserId, lab.ProjectId, new ImageFilter { ClassId = classId, Sort = ImageSort.Oldest }, null, 10, CancellationToken.None)).Select(tile => tile.Id),
    ];
}
