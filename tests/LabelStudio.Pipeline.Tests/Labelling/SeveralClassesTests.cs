using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

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
    public async Task ListAsync_AClass_CountsImagesThatHaveItWithOthersToo()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl]);
        await GiveAsync(lab, 1, [lab.Owl, lab.Robin]);
        await GiveAsync(lab, 2, []);

        var classes = await ListAsync(lab);

        Assert.Equal([("Owl", 2), ("Robin", 1)], classes.Where(item => !item.IsCombination).Select(item => (item.Name, item.LabelledCount)));
        Assert.All(classes.Skip(2), item => Assert.True(item.IsCombination));
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
    public async Task UpdateAsync_OfAClass_RenamesItsCombinations()
    {
        await using var lab = await StartAsync();
        var both = (await GiveAsync(lab, 0, [lab.Owl, lab.Robin])).ClassId;

        await lab.Classes.UpdateAsync(lab.UserId, lab.ProjectId, lab.Owl, new ClassUpdate("Barn owl", "#112233", "1", "") { IsLeftOutOfTraining = true }, CancellationToken.None);

        var item = (await ListAsync(lab)).Single(item => item.Id == both);
        Assert.Equal(("Barn owl + Robin", "#112233", true), (item.Name, item.Colour, item.IsLeftOutOfTraining));
    }

    [Fact]
    public async Task ArchiveAsync_OfAClass_TakesItsCombinationsOutOfUseUntilItIsRestored()
    {
        await using var lab = await StartAsync();
        var both = (await GiveAsync(lab, 0, [lab.Owl, lab.Robin])).ClassId;
        var hawk = await lab.AddClassAsync("Hawk");

        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, hawk, CancellationToken.None);
        Assert.False((await ListAsync(lab)).Single(item => item.Id == both).IsArchived);
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Robin, CancellationToken.None);
        Assert.True((await ListAsync(lab)).Single(item => item.Id == both).IsArchived);
        var again = await GiveAsync(lab, 1, [lab.Owl, lab.Robin]);
        await lab.Classes.RestoreAsync(lab.UserId, lab.ProjectId, lab.Robin, CancellationToken.None);

        Assert.Equal(DecisionOutcome.Refused, again.Outcome);
        Assert.Contains("'Robin' was archived", again.Message, StringComparison.Ordinal);
        Assert.False((await ListAsync(lab)).Single(item => item.Id == both).IsArchived);
    }

    [Fact]
    public async Task MergeAsync_OfAClass_MovesItsCombinationsAndUnmergeBringsThemBack()
    {
        await using var lab = await StartAsync();
        var hawk = await lab.AddClassAsync("Hawk");
        await GiveAsync(lab, 0, [lab.Robin]);
        var withHawk = (await GiveAsync(lab, 1, [lab.Robin, hawk])).ClassId;
        await GiveAsync(lab, 2, [lab.Owl, lab.Robin]);

        var merged = await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Robin, lab.Owl, CancellationToken.None);

        Assert.Equal(3, merged);
        Assert.Equal(["Owl", "Owl + Hawk", "Owl"], await NamesAsync(lab, 3));
        Assert.Equal("Owl + Hawk", await NameAsync(lab, (await GiveAsync(lab, 3, [lab.Robin, hawk])).ClassId));
        await lab.UndoAsync();

        Assert.Equal(3, await lab.Classes.UnmergeAsync(lab.UserId, lab.ProjectId, lab.Robin, CancellationToken.None));
        Assert.Equal(["Robin", "Hawk + Robin", "Owl + Robin"], await NamesAsync(lab, 3));
        Assert.Equal(withHawk, (await lab.ImageAsync(lab.Images[1])).LabelClassId);
        Assert.DoesNotContain(await ListAsync(lab), item => item.IsArchived);
    }

    [Fact]
    public async Task MergeAsync_IntoNoneOfThese_LeavesTheOtherClassesAlone()
    {
        await using var lab = await StartAsync();
        var none = (await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("None of these") { IsNegative = true }, CancellationToken.None)).Id;
        await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);
        await GiveAsync(lab, 1, [lab.Robin]);

        await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Robin, none, CancellationToken.None);

        Assert.Equal(["Owl", "None of these"], await NamesAsync(lab, 2));
    }

    [Fact]
    public async Task UpdateAsync_AClassGivenTogetherWithOthers_CannotStandForNoneOfThese()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);
        var update = new ClassUpdate("Robin", "#112233", null, "") { IsNegative = true };

        var error = await Assert.ThrowsAsync<InvalidRequestException>(
            () => lab.Classes.UpdateAsync(lab.UserId, lab.ProjectId, lab.Robin, update, CancellationToken.None));
        Assert.StartsWith("1 images have the class 'Robin' together with others", error.Message, StringComparison.Ordinal);
        Assert.False((await ListAsync(lab)).Single(item => item.Id == lab.Robin).IsNegative);

        await GiveAsync(lab, 0, [lab.Owl]);
        Assert.True((await lab.Classes.UpdateAsync(lab.UserId, lab.ProjectId, lab.Robin, update, CancellationToken.None)).IsNegative);
    }

    [Fact]
    public async Task MoveAsync_AClassCreatedAfterCombinations_StandsAmongTheClasses()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);

        var hawk = await lab.AddClassAsync("Hawk");
        await lab.Classes.MoveAsync(lab.UserId, lab.ProjectId, hawk, 0, CancellationToken.None);
        await lab.Classes.MoveAsync(lab.UserId, lab.ProjectId, lab.Robin, 1, CancellationToken.None);

        Assert.Equal(["Hawk", "Robin", "Owl", "Robin + Owl"], (await ListAsync(lab)).Select(item => item.Name));
        Assert.Equal([0, 1, 2], (await ListAsync(lab)).Where(item => !item.IsCombination).Select(item => item.Position));
        Assert.Equal("3", (await ListAsync(lab))[0].Hotkey);
    }

    [Fact]
    public async Task ClassCatalog_ACombination_IsNoClassToChange()
    {
        await using var lab = await StartAsync();
        var both = (await GiveAsync(lab, 0, [lab.Owl, lab.Robin])).ClassId!.Value;

        await Assert.ThrowsAsync<NotFoundException>(() => lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, both, CancellationToken.None));
        await Assert.ThrowsAsync<NotFoundException>(() => lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Owl, both, CancellationToken.None));
        await Assert.ThrowsAsync<NotFoundException>(() => lab.Classes.MoveAsync(lab.UserId, lab.ProjectId, both, 0, CancellationToken.None));
    }

    [Fact]
    public async Task OntologyVersion_OfANewCombination_StaysAsItWas()
    {
        await using var lab = await StartAsync();
        var before = (await DetailsAsync(lab)).OntologyVersion;

        await GiveAsync(lab, 0, [lab.Owl, lab.Robin]);

        var after = await DetailsAsync(lab);
        Assert.Equal((before, 2), (after.OntologyVersion, after.ClassCount));
    }

    [Fact]
    public async Task UpdateAsync_OneClassPerImageAgain_IsRefusedWhileAnImageHasSeveral()
    {
        await using var lab = await StartAsync();
        await GiveAsync(lab, 0, []);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => SetAsync(lab, takesSeveral: false));
        Assert.StartsWith("1 images have several classes", error.Message, StringComparison.Ordinal);
        await GiveAsync(lab, 0, [lab.Owl]);
        await SetAsync(lab, takesSeveral: false);

        Assert.False((await DetailsAsync(lab)).TakesSeveralClasses);
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

    private static async Task<LabellingFixture> StartAsync(int imageCount = 5)
    {
        var lab = await LabellingFixture.StartAsync(imageCount);
        await SetAsync(lab, takesSeveral: true);
        return lab;
    }

    private static async Task SetAsync(LabellingFixture lab, bool takesSeveral)
    {
        var now = await DetailsAsync(lab);
        var update = new ProjectUpdate(now.Name, "", "", 80, 10, 10, now.DefaultOrder, now.SuggestionSource) { TakesSeveralClasses = takesSeveral };
        await lab.Studio.Get<ProjectCatalog>().UpdateAsync(lab.UserId, lab.ProjectId, update, CancellationToken.None);
    }

    private static Task<ProjectDetails> DetailsAsync(LabellingFixture lab) => lab.Studio.Get<ProjectCatalog>().GetAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

    private static Decision Give(long imageId, Guid[] classIds, SetChange change = SetChange.Replace) => new(Guid.NewGuid(), imageId, AnnotationKind.Label) { ClassIds = classIds, Change = change };

    private static Task<DecisionResult> GiveAsync(LabellingFixture lab, int place, Guid[] classIds, SetChange change = SetChange.Replace) =>
        lab.DecideAsync(Give(lab.Images[place], classIds, change));

    private static Task<IReadOnlyList<ClassInfo>> ListAsync(LabellingFixture lab) => lab.Classes.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

    private static async Task<string?> NameAsync(LabellingFixture lab, Guid? labelId) => (await ListAsync(lab)).SingleOrDefault(item => item.Id == labelId)?.Name;

    private static async Task<string?[]> NamesAsync(LabellingFixture lab, int count)
    {
        await using var db = lab.Studio.OpenDatabase();
        var labels = await db.Images.AsNoTracking().OrderBy(image => image.Id).Take(count).Select(image => image.LabelClassId).ToListAsync();
        var names = (await ListAsync(lab)).ToDictionary(item => item.Id, item => item.Name);
        return [.. labels.Select(label => names[label!.Value])];
    }

    private static async Task<long[]> FindAsync(LabellingFixture lab, Guid classId, Guid? userId = null) => [
        .. (await lab.Studio.Get<ImageLibrary>().PageAsync(
            userId ?? lab.UserId, lab.ProjectId, new ImageFilter { ClassId = classId, Sort = ImageSort.Oldest }, null, 10, CancellationToken.None)).Select(tile => tile.Id),
    ];
}
