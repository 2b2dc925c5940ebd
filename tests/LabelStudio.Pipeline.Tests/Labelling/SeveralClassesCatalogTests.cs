using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using static LabelStudio.Pipeline.Tests.Labelling.SeveralClasses;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>Classes that images have together with others: counted, renamed, archived, merged, put in order.</summary>
public sealed class SeveralClassesCatalogTests
{
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
        Assert.Equal(["Owl", "Owl + Hawk", "Owl"], await LabelsAsync(lab, lab.Images[..3]));
        Assert.Equal("Owl + Hawk", await NameAsync(lab, (await GiveAsync(lab, 3, [lab.Robin, hawk])).ClassId));
        await lab.UndoAsync();

        Assert.Equal(3, await lab.Classes.UnmergeAsync(lab.UserId, lab.ProjectId, lab.Robin, CancellationToken.None));
        Assert.Equal(["Robin", "Hawk + Robin", "Owl + Robin"], await LabelsAsync(lab, lab.Images[..3]));
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

        Assert.Equal(["Owl", "None of these"], await LabelsAsync(lab, lab.Images[..2]));
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

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => TakeAsync(lab, takes: false));
        Assert.StartsWith("1 images have several classes", error.Message, StringComparison.Ordinal);
        await GiveAsync(lab, 0, [lab.Owl]);
        await TakeAsync(lab, takes: false);

        Assert.False((await DetailsAsync(lab)).TakesSeveralClasses);
    }

    private static Task<ProjectDetails> DetailsAsync(LabellingFixture lab) =>
        lab.Studio.Get<ProjectCatalog>().GetAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
}
