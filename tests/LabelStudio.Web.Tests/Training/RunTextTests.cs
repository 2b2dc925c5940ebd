using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Pages.Training;

namespace LabelStudio.Web.Tests.Training;

public sealed class RunTextTests
{
    [Theory]
    [InlineData(true, "the time limit was reached, best epoch kept")]
    [InlineData(false, "the time limit was reached")]
    public void Of_TimeLimit_SaysThatAnEpochWasKeptOnlyWhereThereIsAModel(bool madeModel, string expected) =>
        Assert.Equal(expected, RunText.Of(StopReason.TimeLimit, patience: 3, madeModel));

    [Fact]
    public void Classes_WithCombinations_CountsTheClassesAndTellsTheCombinationsApart()
    {
        var classes = Enumerable.Range(1, 6).Select(number => Class($"class {number}", isNew: number > 4)).ToList();
        var run = Run([.. classes, .. Enumerable.Range(1, 30).Select(number => Class($"pair {number}", isNew: true, classes[0].Id, classes[1].Id))]);

        Assert.Equal("6, 2 new, and 30 combinations of classes", RunText.Classes(run, saysNew: true));
        Assert.Equal("6 and 30 combinations of classes", RunText.Classes(run, saysNew: false));
        Assert.Equal("6, 2 new", RunText.Classes(Run(classes), saysNew: true));
        Assert.Equal("6", RunText.Classes(Run(classes) with { ParentModelId = null }, saysNew: true));
    }

    [Fact]
    public void LeftOut_WithCombinations_NamesTheClassesAndCountsTheCombinations()
    {
        var (hat, shoe) = (Class("hat", isNew: false), Class("shoe", isNew: false));
        RunClass[] pairs = [Class("hat + shoe", isNew: false, hat.Id, shoe.Id), Class("hat + coat", isNew: false, hat.Id, Guid.NewGuid())];

        Assert.Equal("hat, shoe, 2 combinations of classes", RunText.LeftOut(Run([]) with { LeftOut = [hat, shoe, .. pairs] }));
        Assert.Equal("hat", RunText.LeftOut(Run([]) with { LeftOut = [hat] }));
        Assert.Null(RunText.LeftOut(Run([])));
    }

    internal static RunClass Class(string name, bool isNew, params Guid[] members) =>
        new(Guid.CreateVersion7(), name, "#336699", isNew) { MemberIds = members.Length == 0 ? null : members };

    private static RunDetails Run(IReadOnlyList<RunClass> classes) => new()
    {
        Id = Guid.CreateVersion7(),
        ProjectId = Guid.Empty,
        Name = "Run 1",
        Notes = new RunNotes("Run 1", "", []),
        State = RunState.Succeeded,
        Plan = TrainingPlan.Quick,
        ParentModelId = Guid.CreateVersion7(),
        Classes = classes,
        CreatedByName = "",
        CreatedUtc = default,
    };
}
