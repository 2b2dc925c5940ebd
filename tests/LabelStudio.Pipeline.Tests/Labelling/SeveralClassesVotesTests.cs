using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Review;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>Votes and hidden checks where an image may have several classes: a set of classes is one answer.</summary>
public sealed class SeveralClassesVotesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DecideAsync_SameClassesInAnotherOrder_AreEqualVotesAndMakeTheLabel()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab, "Bea"), await PersonAsync(lab, "Cy"));

        await GiveAsync(lab, first, SetChange.Replace, lab.Owl, lab.Robin);
        await GiveAsync(lab, second, SetChange.Replace, lab.Robin, lab.Owl);

        Assert.Equal("Owl + Robin", await LabelAsync(lab, lab.Images[0]));
    }

    [Fact]
    public async Task DecideAsync_TwoOfThreeEqualSets_DecideAndASetThatOnlyOverlapsCountsForNeither()
    {
        await using var lab = await StartAsync(annotators: 3);

        foreach (var classes in new Guid[][] { [lab.Owl], [lab.Owl, lab.Robin], [lab.Robin, lab.Owl] })
        {
            Assert.Null(await LabelAsync(lab, lab.Images[0]));
            await GiveAsync(lab, await PersonAsync(lab), SetChange.Replace, classes);
        }

        Assert.Equal("Owl + Robin", await LabelAsync(lab, lab.Images[0]));
    }

    [Fact]
    public async Task AdjudicationDecideAsync_DifferentSets_AreNamedAndTheLeadGivesASetOrNone()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab, "Bea"), await PersonAsync(lab, "Cy"));
        foreach (var image in lab.Images[..2])
        {
            await GiveToAsync(lab, image, first, SetChange.Replace, lab.Owl, lab.Robin);
            await GiveToAsync(lab, image, second, SetChange.Replace);
        }

        var adjudication = ActivatorUtilities.CreateInstance<Adjudication>(lab.Studio.Services);
        var divided = await adjudication.ListAsync(lab.UserId, lab.ProjectId, 10, Token);
        var names = (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, Token)).ToDictionary(item => item.Id, item => item.Name);
        Assert.Equal([("Bea", "Owl + Robin"), ("Cy", "No class")], divided[0].Votes.Select(vote => (vote.UserName, names[vote.ClassId])));
        await adjudication.DecideAsync(lab.UserId, lab.ProjectId, divided[0], [lab.Robin, lab.Owl], Token);
        await adjudication.DecideAsync(lab.UserId, lab.ProjectId, divided[1], [], Token);

        Assert.Equal(("Owl + Robin", "No class"), (await LabelAsync(lab, divided[0].ImageId), await LabelAsync(lab, divided[1].ImageId)));
        Assert.Empty(await adjudication.ListAsync(lab.UserId, lab.ProjectId, 10, Token));
    }

    [Fact]
    public async Task DecideAsync_AddInAnOpenRound_BuildsOnThePersonsOwnVoteAndTellsNothingOfOthers()
    {
        await using var lab = await StartAsync(annotators: 3);
        await GiveAsync(lab, await PersonAsync(lab), SetChange.Replace, lab.Owl);
        var second = await PersonAsync(lab);

        var nothing = await GiveAsync(lab, second, SetChange.Remove, lab.Owl);
        var added = await GiveAsync(lab, second, SetChange.Add, lab.Robin);
        var again = await GiveAsync(lab, second, SetChange.Add, lab.Robin);
        var taken = await GiveAsync(lab, second, SetChange.Remove, lab.Robin);

        Assert.Equal((DecisionOutcome.AlreadySaved, null), (nothing.Outcome, nothing.ClassId));
        Assert.Equal((DecisionOutcome.Saved, lab.Robin), (added.Outcome, added.ClassId));
        Assert.Equal((DecisionOutcome.AlreadySaved, lab.Robin), (again.Outcome, again.ClassId));
        Assert.Equal((DecisionOutcome.Saved, null), (taken.Outcome, taken.ClassId));
        Assert.Equal(ImageState.Unlabelled, (await lab.ImageAsync(lab.Images[0])).State);
    }

    [Fact]
    public async Task DecideAsync_AddToAVoteForAClassThatWasMergedSince_BuildsOnTheClassThatTookItOver()
    {
        await using var lab = await StartAsync(annotators: 3);
        var (wren, first) = (await lab.AddClassAsync("Wren"), await PersonAsync(lab));
        await GiveAsync(lab, first, SetChange.Replace, lab.Owl);
        await lab.Classes.MergeAsync(lab.UserId, lab.ProjectId, lab.Owl, lab.Robin, Token);

        var added = await GiveAsync(lab, first, SetChange.Add, wren);

        Assert.Equal("Robin + Wren", await NameAsync(lab, added.ClassId));
    }

    [Fact]
    public async Task UndoAsync_OfAnAddedClass_LeavesTheVoteItWasAddedToAndRedoAddsItAgain()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));
        await GiveAsync(lab, first, SetChange.Replace, lab.Owl);
        var both = (await GiveAsync(lab, first, SetChange.Add, lab.Robin)).ClassId;

        var undone = await lab.Labeller.UndoAsync(first, lab.ProjectId, Token);
        Assert.Equal((both, ImageState.Labelled, lab.Owl), (undone!.ClassId, undone.Task.State, undone.Task.ClassId));
        await lab.Labeller.RedoAsync(first, lab.ProjectId, Token);
        await lab.Labeller.UndoAsync(first, lab.ProjectId, Token);
        await GiveAsync(lab, second, SetChange.Replace, lab.Owl);

        Assert.Equal("Owl", await LabelAsync(lab, lab.Images[0]));
    }

    [Fact]
    public async Task UndoAsync_OfTheOnlyVote_TakesItBack()
    {
        await using var lab = await StartAsync(annotators: 2);
        var (first, second) = (await PersonAsync(lab), await PersonAsync(lab));
        await GiveAsync(lab, first, SetChange.Replace, lab.Owl, lab.Robin);

        var undone = await lab.Labeller.UndoAsync(first, lab.ProjectId, Token);
        await GiveAsync(lab, second, SetChange.Replace, lab.Owl, lab.Robin);

        Assert.Equal((ImageState.Unlabelled, null), (undone!.Task.State, undone.Task.ClassId));
        Assert.Null(await LabelAsync(lab, lab.Images[0]));
    }

    [Fact]
    public async Task HiddenCheck_OnlyTheSameSet_IsRight()
    {
        await using var lab = await StartWithCheckAsync();
        await GiveAsync(lab, await PersonAsync(lab, "Bea"), SetChange.Replace, lab.Robin, lab.Owl);
        await GiveAsync(lab, await PersonAsync(lab, "Cy"), SetChange.Replace, lab.Owl);

        var known = Assert.Single(await lab.Studio.Get<KnownImages>().ListAsync(lab.UserId, lab.ProjectId, Token));
        var people = await ActivatorUtilities.CreateInstance<AnnotatorStatistics>(lab.Studio.Services).ListAsync(lab.UserId, lab.ProjectId, Token);

        Assert.Equal((2, 1, "Owl + Robin"), (known.Answers, known.Right, await NameAsync(lab, known.ClassId)));
        Assert.Equal((1.0, 0.0), (AccuracyOf("Bea"), AccuracyOf("Cy")));
        Assert.Equal("Owl + Robin", await LabelAsync(lab, lab.Images[0]));

        double? AccuracyOf(string name) => people.Single(person => person.UserName == name).CheckAccuracy;
    }

    /// <summary>The check is labelled Owl + Robin; everything the person gets to see is as of an image that nobody labelled.</summary>
    [Theory]
    [InlineData("+Owl")]
    [InlineData("-Owl")]
    [InlineData("+Robin +Robin -Robin -Robin")]
    [InlineData("=Owl,Robin -Owl +Owl undo undo")]
    [InlineData("+Owl +Robin undo +Robin -Robin undo")]
    [InlineData("+Owl -Owl undo")]
    [InlineData("= +Robin undo -Owl")]
    public async Task HiddenCheck_AnyActsOfAnAnnotator_LookLikeThoseOnAnUnlabelledImage(string acts)
    {
        await using var lab = await StartWithCheckAsync();
        var (onCheck, onOther) = (await PersonAsync(lab), await PersonAsync(lab));

        var seenOfCheck = await SeenAsync(lab, lab.Images[0], onCheck, acts);
        var seenOfOther = await SeenAsync(lab, lab.Images[1], onOther, acts);

        Assert.Equal(seenOfOther, seenOfCheck);
        Assert.Equal("Owl + Robin", await LabelAsync(lab, lab.Images[0]));
    }

    private static async Task<List<string>> SeenAsync(LabellingFixture lab, long image, Guid person, string acts)
    {
        var seen = new List<string>();
        foreach (var act in acts.Split(' '))
        {
            if (act == "undo")
            {
                var undone = (await lab.Labeller.UndoAsync(person, lab.ProjectId, Token))!;
                seen.Add($"undo {undone.Kind} {await NameAsync(lab, undone.ClassId)} {undone.Task.State} {await NameAsync(lab, undone.Task.ClassId)} {undone.ImageCount} {undone.Message}");
            }
            else
            {
                Guid[] classes = [.. act[1..].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "Owl" ? lab.Owl : lab.Robin)];
                var change = act[0] switch { '+' => SetChange.Add, '-' => SetChange.Remove, _ => SetChange.Replace };
                var result = await GiveToAsync(lab, image, person, change, classes);
                seen.Add($"{act} {result.Outcome} {await NameAsync(lab, result.ClassId)} {result.Message} {result.ConflictUserName}");
            }

            var tile = await lab.Studio.Get<ImageLibrary>().GetAsync(person, image, Token);
            seen.Add($"image {tile.State} {await NameAsync(lab, tile.ClassId)}");
            foreach (var classId in new[] { lab.Owl, lab.Robin })
            {
                var found = await lab.Studio.Get<ImageLibrary>().IdsAsync(person, lab.ProjectId, new ImageFilter { ClassId = classId }, Token);
                seen.Add($"found {found.Contains(image)}");
            }
        }

        var recent = await lab.Labeller.RecentAsync(person, lab.ProjectId, 20, Token);
        seen.AddRange(recent.Select(row => $"{row.Kind} {row.DecidedClassId} {row.IsUndone} {row.Task.State} {row.Task.ClassId}"));
        return seen;
    }

    private static Task<DecisionResult> GiveAsync(LabellingFixture lab, Guid person, SetChange change, params Guid[] classes) =>
        GiveToAsync(lab, lab.Images[0], person, change, classes);

    private static Task<DecisionResult> GiveToAsync(LabellingFixture lab, long image, Guid person, SetChange change, params Guid[] classes) =>
        lab.DecideAsync(new Decision(Guid.NewGuid(), image, AnnotationKind.Label) { ClassIds = classes, Change = change }, person);

    private static async Task<string?> LabelAsync(LabellingFixture lab, long image) => await NameAsync(lab, (await lab.ImageAsync(image)).LabelClassId);

    private static async Task<string?> NameAsync(LabellingFixture lab, Guid? labelId)
    {
        await using var db = lab.Studio.OpenDatabase();
        return await db.Classes.Where(item => item.Id == labelId).Select(item => item.Name).FirstOrDefaultAsync(Token);
    }

    private static Task<Guid> PersonAsync(LabellingFixture lab, string? name = null) => lab.Studio.AddUserAsync(StudioRole.Annotator, name);

    private static async Task<LabellingFixture> StartAsync(int annotators)
    {
        var lab = await LabellingFixture.StartAsync(2);
        await SeveralClasses.TakeAsync(lab);
        await lab.Studio.Get<QualityPlans>().SetAsync(
            lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, OverlapAnnotators = annotators, OverlapPercent = 100, MajorityDecides = true }, Token);
        return lab;
    }

    /// <summary>The first of two images is a hidden check labelled Owl + Robin.</summary>
    private static async Task<LabellingFixture> StartWithCheckAsync()
    {
        var lab = await LabellingFixture.StartAsync(2);
        await SeveralClasses.TakeAsync(lab);
        await GiveAsync(lab, lab.UserId, SetChange.Replace, lab.Owl, lab.Robin);
        await lab.Studio.Get<KnownImages>().AddAsync(lab.UserId, lab.ProjectId, lab.Images[0], Token);
        await lab.Studio.Get<QualityPlans>().SetAsync(lab.UserId, new QualityPlan { ProjectId = lab.ProjectId, KnownPercent = 100 }, Token);
        return lab;
    }
}
