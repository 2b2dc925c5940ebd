using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Promotion;

/// <summary>On written reports: what the figures say is the gate's matter, not how they came about.</summary>
public sealed class PromotionGateTests : IAsyncLifetime
{
    private ModelStudio _studio = null!;
    private Guid _owl;
    private Guid _robin;
    private Guid _wren;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _studio = await ModelStudio.CreateAsync();
        (_owl, _robin, _wren) = (await _studio.AddClassAsync("Owl"), await _studio.AddClassAsync("Robin"), await _studio.AddClassAsync("Wren"));
    }

    public async ValueTask DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task Decide_ClassInUseThatOnlyThePromotedModelKnows_CountsAgainst()
    {
        var promoted = Write([_owl, _robin], Rows((10, 0), (0, 10)));
        var candidate = Write([_robin], Rows([10]));

        var decision = await DecideAsync(candidate, promoted);

        Assert.False(decision.Allowed);
        Assert.StartsWith("The promoted model knows classes that this one does not: Owl.", decision.Reasons[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("archived")]
    [InlineData("merged")]
    [InlineData("left out")]
    public async Task Decide_ClassOutOfUseThatOnlyThePromotedModelKnows_IsNotMissed(string why)
    {
        var promoted = Write([_owl, _robin], Rows((10, 0), (0, 10)));
        var candidate = Write([_robin], Rows([10]));
        await ChangeAsync(_owl, owl => (owl.IsArchived, owl.MergedIntoId, owl.IsLeftOutOfTraining) = (why != "left out", why == "merged" ? _robin : null, why == "left out"));

        Assert.True((await DecideAsync(candidate, promoted)).Allowed);
    }

    [Fact]
    public async Task Decide_FewTestImagesOfAClass_NamesItAndDoesNotJudgeIt()
    {
        var promoted = Write([_owl, _robin, _wren], Rows((3, 0, 0), (0, 10, 0), (0, 0, 10)));
        var candidate = Write([_owl, _robin, _wren], Rows((3, 0, 0), (0, 10, 0), (0, 0, 0)));

        var decision = await DecideAsync(candidate, promoted);

        Assert.True(decision.Allowed);
        Assert.Equal("Too few test images to judge: Owl (3), Wren (0); 5 or more of a class are needed.", decision.Reasons[1]);
    }

    [Fact]
    public async Task Decide_OldClassesGotWorseButANewOneJoined_ComparesMacroF1OverTheOldClasses()
    {
        await OnlyMacroF1Async();
        var promoted = Write([_owl, _robin], Rows((10, 0), (0, 10)));
        // Wrens were called owls: over all classes macro-F1 rises, though both old classes lose.
        int[][] before = Rows((10, 0, 0), (0, 10, 0), (10, 0, 0)), after = Rows((8, 2, 0), (2, 8, 0), (0, 0, 10));
        var candidate = Write([_owl, _robin, _wren], after, new ParentComparison
        {
            ParentModelId = promoted,
            ParentMetrics = Metrics(before),
            OldClasses = [],
            BrokenImageIds = [],
            FixedImageIds = [],
        });
        Assert.True(Metrics(after).MacroF1 > Metrics(before).MacroF1);

        var decision = await DecideAsync(candidate, promoted);

        Assert.False(decision.Allowed);
        Assert.Equal(["Macro-F1 over the old classes falls from 100.0 % to 80.0 % (on the same test images)."], decision.Reasons.Select(reason => reason.Replace('\u00a0', ' ')));
    }

    [Fact]
    public async Task Decide_ReportsOfDifferentClasses_ComparesMacroF1OverThoseBothKnow()
    {
        await OnlyMacroF1Async();
        await ChangeAsync(_wren, wren => wren.IsLeftOutOfTraining = true);
        var promoted = Write([_wren, _owl, _robin], Rows((0, 5, 5), (0, 10, 0), (0, 0, 10)));
        var candidate = Write([_owl, _robin], Rows((9, 1), (1, 9)));
        Assert.True(Metrics(Rows((9, 1), (1, 9))).MacroF1 > Metrics(Rows((0, 5, 5), (0, 10, 0), (0, 0, 10))).MacroF1);

        var decision = await DecideAsync(candidate, promoted);

        Assert.Equal(["Macro-F1 over the classes that both know falls from 100.0 % to 90.0 % (each on its own test images)."], decision.Reasons.Select(reason => reason.Replace('\u00a0', ' ')));
    }

    [Fact]
    public async Task Decide_NeverHeldAgainstEachOtherButTestedOnOneVersion_SaysThatTheImagesAreTheSame()
    {
        await OnlyMacroF1Async();
        var version = Guid.CreateVersion7();
        var promoted = Write([_owl, _robin], Rows((10, 0), (0, 10)), version: version);
        // The order of classes says nothing, the number of images of each does.
        var same = await DecideAsync(Write([_robin, _owl], Rows((9, 1), (1, 9)), version: version), promoted);
        var fewer = await DecideAsync(Write([_owl, _robin], Rows((9, 1), (1, 8)), version: version), promoted);
        var other = await DecideAsync(Write([_owl, _robin], Rows((9, 1), (1, 9))), promoted);

        Assert.Equal((false, true, true), (same.IsOnDifferentImages, fewer.IsOnDifferentImages, other.IsOnDifferentImages));
        Assert.Equal(["Macro-F1 over the classes that both know falls from 100.0 % to 90.0 % (on the same test images)."], same.Reasons.Select(reason => reason.Replace('\u00a0', ' ')));
    }

    [Fact]
    public async Task Decide_FallTooSmallForOneDigit_IsShownWithMore()
    {
        await OnlyMacroF1Async();
        var promoted = Write([_owl, _robin], Rows((5000, 0), (0, 5000)));

        var decision = await DecideAsync(Write([_owl, _robin], Rows((5000, 0), (1, 4999))), promoted);

        Assert.Equal("Macro-F1 over the classes that both know falls from 100.00 % to 99.99 % (each on its own test images).", decision.Reasons[0].Replace('\u00a0', ' '));
    }

    private Task<GateDecision> DecideAsync(Guid candidate, Guid promoted) => _studio.Get<PromotionGate>().DecideAsync(candidate, promoted, Token);

    private Task OnlyMacroF1Async() => _studio.Get<ProjectGateRules>().SetAsync(
        _studio.UserId, _studio.ProjectId, new GateRules(MaxClassDrop: 1, MaxForgetting: null, KeepsMacroF1: true, FewestTestImages: 5), Token);

    private async Task ChangeAsync(Guid classId, Action<ClassDefinition> change)
    {
        await using var db = _studio.Open();
        change(db.Classes.Single(item => item.Id == classId));
        await db.SaveChangesAsync(Token);
    }

    private Guid Write(Guid[] classes, int[][] confusion, ParentComparison? comparison = null, Guid? version = null)
    {
        var id = Guid.CreateVersion7();
        var names = new Dictionary<Guid, string> { [_owl] = "Owl", [_robin] = "Robin", [_wren] = "Wren" };
        var known = comparison is null ? classes.Length : 2;
        EvaluationFiles.Write(
            Directory.CreateDirectory(_studio.Paths.ModelFolder(id)).FullName,
            new EvaluationReport
            {
                ModelVersionId = id,
                ProjectId = _studio.ProjectId,
                RunId = id,
                DatasetSnapshotId = version ?? id,
                Classes = [.. classes.Select((classId, index) => new ReportClass(classId, names[classId], index >= known))],
                Metrics = Metrics(confusion),
                Comparison = comparison,
            },
            [],
            []);
        return id;
    }

    private static EvaluationMetrics Metrics(int[][] confusion)
    {
        var rows = confusion.SelectMany((row, target) => row.SelectMany((count, predicted) => Enumerable.Repeat((target, predicted), count))).ToList();
        return ModelEvaluation.Compute(
            [.. rows.Select(row => row.target)],
            [.. rows.SelectMany(row => confusion.Select((_, index) => index == row.predicted ? 1f : 0f))],
            confusion.Length);
    }

    private static int[][] Rows(params int[][] rows) => rows;

    private static int[][] Rows(params (int, int)[] rows) => [.. rows.Select(row => new[] { row.Item1, row.Item2 })];

    private static int[][] Rows(params (int, int, int)[] rows) => [.. rows.Select(row => new[] { row.Item1, row.Item2, row.Item3 })];
}
