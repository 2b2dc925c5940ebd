using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

public sealed class ClassCatalogTests
{
    [Fact]
    public async Task CreateAsync_GivesTheNextFreeColourAndDigit()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        for (var number = 3; number <= 11; number++)
        {
            await lab.AddClassAsync($"Kestrel {number}");
        }

        var classes = await ListAsync(lab);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "k"], classes.Select(item => item.Hotkey));
        Assert.Equal(11, classes.Select(item => item.Colour).Distinct().Count());
        // The colours that a person is offered too: a second set would hold others that look the same.
        Assert.All(classes, item => Assert.Contains(item.Colour, ClassColours.All));
        Assert.Equal(Enumerable.Range(0, 11), classes.Select(item => item.Position));
    }

    [Theory]
    [InlineData("owl")]
    [InlineData("  OWL ")]
    [InlineData("Ｏｗｌ")]
    public async Task CreateAsync_ANameThatDiffersInCaseSpaceOrWidthOnly_IsRefused(string name)
    {
        await using var lab = await LabellingFixture.StartAsync(0);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => lab.AddClassAsync(name));

        Assert.Contains("'Owl'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("x")]
    [InlineData("ab")]
    [InlineData("?")]
    public async Task CreateAsync_ATakenOrReservedKey_IsRefused(string hotkey)
    {
        await using var lab = await LabellingFixture.StartAsync(0);

        await Assert.ThrowsAsync<InvalidRequestException>(() => lab.Classes.CreateAsync(
            lab.UserId, lab.ProjectId, new NewClass("Crow", Hotkey: hotkey), CancellationToken.None));
    }

    [Fact]
    public async Task CreateAsync_ASecondNoneOfThese_IsRefused()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var none = await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("None of these") { IsNegative = true }, CancellationToken.None);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => lab.Classes.UpdateAsync(
            lab.UserId, lab.ProjectId, lab.Owl, new ClassUpdate("Owl", "#112233", null, "") { IsNegative = true }, CancellationToken.None));

        Assert.Contains("'None of these'", error.Message, StringComparison.Ordinal);
        Assert.True(none.IsNegative);
    }

    [Fact]
    public async Task CreateAsync_LetterOfACommandThePersonRebound_IsAllowedForThatPerson()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var other = await lab.Studio.AddUserAsync(StudioRole.MlLead);
        await lab.Studio.Get<UserKeymaps>().SetAsync(lab.UserId, new Dictionary<string, string[]> { ["discard"] = ["q"] }, CancellationToken.None);

        var crow = await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("Crow", Hotkey: "x"), CancellationToken.None);

        Assert.Equal("x", crow.Hotkey);
        // The letter that took its place is a command now, and others still have theirs.
        await Assert.ThrowsAsync<InvalidRequestException>(() => lab.Classes.CreateAsync(
            lab.UserId, lab.ProjectId, new NewClass("Quail", Hotkey: "q"), CancellationToken.None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => lab.Classes.UpdateAsync(
            other, lab.ProjectId, lab.Owl, new ClassUpdate("Owl", "#112233", "u", ""), CancellationToken.None));
        var recoloured = await lab.Classes.UpdateAsync(
            other, lab.ProjectId, crow.Id, new ClassUpdate("Crow", "#112233", "x", ""), CancellationToken.None);
        Assert.Equal(("x", "#112233"), (recoloured.Hotkey, recoloured.Colour));
    }

    [Fact]
    public async Task CreateAsync_ManyAtOnce_GivesEachItsOwnKeyAndPlace()
    {
        await using var lab = await LabellingFixture.StartAsync(0);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => lab.AddClassAsync($"Class {number}")));

        var classes = await ListAsync(lab);
        Assert.Equal(8, classes.Select(item => item.Hotkey).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 8), classes.Select(item => item.Position));
    }

    [Fact]
    public async Task UpdateAsync_ARename_KeepsEveryLabel()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        var changed = await lab.Classes.UpdateAsync(
            lab.UserId, lab.ProjectId, lab.Owl, new ClassUpdate("Barn owl", "#ABCDEF", "B", "white"), CancellationToken.None);

        Assert.Equal(("Barn owl", "#abcdef", "b", "white", 1), (
            changed.Name, changed.Colour, changed.Hotkey, changed.Description, changed.LabelledCount));
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
    }

    [Fact]
    public async Task MoveAsync_ManyTimes_ChangesPlacesOnly()
    {
        await using var lab = await LabellingFixture.StartAsync(3);
        var crow = await lab.AddClassAsync("Crow");
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], crow);
        var random = new Random(1);
        for (var turn = 0; turn < 100; turn++)
        {
            await lab.Classes.MoveAsync(
                lab.UserId, lab.ProjectId, new[] { lab.Owl, lab.Robin, crow }[random.Next(3)], random.Next(-1, 5), CancellationToken.None);
        }

        await lab.Classes.MoveAsync(lab.UserId, lab.ProjectId, crow, 0, CancellationToken.None);

        var classes = await ListAsync(lab);
        Assert.Equal([0, 1, 2], classes.Select(item => item.Position));
        Assert.Equal(crow, classes[0].Id);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Equal(crow, (await lab.ImageAsync(lab.Images[1])).LabelClassId);
    }

    [Fact]
    public async Task Changes_AHundredAtRandomWithRestarts_LeaveEveryImageItsClass()
    {
        await using var lab = await LabellingFixture.StartAsync(12);
        var classes = new List<Guid> { lab.Owl, lab.Robin, await lab.AddClassAsync("Crow") };
        var given = new Dictionary<long, Guid>();
        foreach (var (index, image) in lab.Images.Index())
        {
            given[image] = classes[index % classes.Count];
            await lab.LabelAsync(image, given[image]);
        }

        var random = new Random(11);
        for (var change = 1; change <= 100; change++)
        {
            var chosen = classes[random.Next(classes.Count)];
            switch (random.Next(3))
            {
                case 0:
                    classes.Add(await lab.AddClassAsync($"Class {change}"));
                    break;
                case 1:
                    await lab.Classes.MoveAsync(lab.UserId, lab.ProjectId, chosen, random.Next(classes.Count), CancellationToken.None);
                    break;
                default:
                    await lab.Classes.UpdateAsync(
                        lab.UserId, lab.ProjectId, chosen, new ClassUpdate($"Renamed {change}", "#112233", null, ""), CancellationToken.None);
                    break;
            }

            if (change % 25 == 0)
            {
                await lab.Studio.RestartAsync();
            }
        }

        foreach (var (image, classId) in given)
        {
            Assert.Equal(classId, (await lab.ImageAsync(image)).LabelClassId);
        }

        var listed = await ListAsync(lab);
        Assert.Equal(classes.Order(), listed.Select(item => item.Id).Order());
        Assert.Equal(Enumerable.Range(0, classes.Count), listed.Select(item => item.Position));
    }

    [Fact]
    public async Task ArchiveAsync_KeepsLabelsAndFreesTheKey()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);

        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Owl, CancellationToken.None);
        var crow = await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("Crow"), CancellationToken.None);
        await lab.Classes.RestoreAsync(lab.UserId, lab.ProjectId, lab.Owl, CancellationToken.None);

        var owl = (await ListAsync(lab)).Single(item => item.Id == lab.Owl);
        Assert.Equal("1", crow.Hotkey);
        Assert.Equal((false, null, 1), (owl.IsArchived, owl.Hotkey, owl.LabelledCount));
    }

    [Fact]
    public async Task MergeAsync_RelabelsAndCanBeUndone()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.LabelAsync(lab.Images[0], lab.Owl);
        await lab.LabelAsync(lab.Images[1], lab.Owl);
        await lab.LabelAsync(lab.Images[2], lab.Robin);

        var merged = await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Robin, CancellationToken.None);

        Assert.Equal(2, merged);
        var classes = await ListAsync(lab);
        Assert.Equal((3, 0), (classes.Single(item => item.Id == lab.Robin).LabelledCount, classes.Single(item => item.Id == lab.Owl).LabelledCount));
        Assert.Equal(lab.Robin, classes.Single(item => item.Id == lab.Owl).MergedIntoId);
        Assert.Equal(2, (await lab.AnnotationsAsync()).Count(annotation => annotation.Origin == AnnotationOrigin.Merge));

        await lab.DecideAsync(lab.Images[1], AnnotationKind.Discard);
        var back = await lab.Classes.UnmergeAsync(lab.UserId, lab.ProjectId, lab.Owl, CancellationToken.None);

        Assert.Equal(1, back);
        Assert.Equal(lab.Owl, (await lab.ImageAsync(lab.Images[0])).LabelClassId);
        Assert.Equal(ImageState.Discarded, (await lab.ImageAsync(lab.Images[1])).State);
        Assert.Equal(lab.Robin, (await lab.ImageAsync(lab.Images[2])).LabelClassId);
    }

    [Fact]
    public async Task EachNewClass_RaisesTheOntologyVersion()
    {
        await using var lab = await LabellingFixture.StartAsync(0);

        var crow = await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("Crow"), CancellationToken.None);

        var project = await lab.Studio.Get<ProjectCatalog>().GetAsync(lab.UserId, lab.ProjectId, CancellationToken.None);
        Assert.Equal((4, 4), (project.OntologyVersion, crow.SinceOntologyVersion));
    }

    [Fact]
    public async Task CreateAsync_ByAnAnnotator_IsDenied()
    {
        await using var lab = await LabellingFixture.StartAsync(0);
        var annotator = await lab.Studio.AddUserAsync(StudioRole.Annotator);

        await Assert.ThrowsAsync<AccessDeniedException>(
            () => lab.Classes.CreateAsync(annotator, lab.ProjectId, new NewClass("Crow"), CancellationToken.None));
    }

    private static Task<IReadOnlyList<ClassInfo>> ListAsync(LabellingFixture lab) =>
        lab.Classes.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None);

    [Fact]
    public async Task UpdateAsync_ARename_KeepsTheFormerNameAsAlias()
    {
        await using var lab = await LabellingFixture.StartAsync(0);

        await lab.Classes.UpdateAsync(
            lab.UserId,
            lab.ProjectId,
            lab.Owl,
            new ClassUpdate("Barn owl", "#abcdef", null, "") { Aliases = ["Strix", " strix "] },
            CancellationToken.None);
        var changed = await lab.Classes.UpdateAsync(
            lab.UserId, lab.ProjectId, lab.Owl, new ClassUpdate("Tyto", "#abcdef", null, ""), CancellationToken.None);

        Assert.Equal(["Strix", "Owl", "Barn owl"], changed.Aliases);
    }

    [Fact]
    public async Task RestoreAsync_AClassThatOthersStoodBehind_StandsAtTheEnd()
    {
        await using var lab = await LabellingFixture.StartAsync();
        await lab.AddClassAsync("Hawk");
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Owl, CancellationToken.None);

        await lab.Classes.RestoreAsync(lab.UserId, lab.ProjectId, lab.Owl, CancellationToken.None);

        Assert.Equal(["Robin", "Hawk", "Owl"], (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, CancellationToken.None)).Select(item => item.Name));
    }
}
