using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Tests.Hosting;

namespace LabelStudio.Pipeline.Tests.Promotion;

/// <summary>The gate where images may show several classes, on written reports: the labels are owl, robin and both.</summary>
public sealed class SeveralClassesGateTests : IAsyncLifetime
{
    private ModelStudio _studio = null!;
    private Guid _owl;
    private Guid _robin;
    private Guid _both;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _studio = await ModelStudio.CreateAsync();
        (_owl, _robin) = (await _studio.AddClassAsync("Owl"), await _studio.AddClassAsync("Robin"));
        _both = await _studio.AddCombinationAsync(_owl, _robin);
    }

    public async ValueTask DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task Decide_RareCombinationThatOnlyThePromotedModelKnows_IsNotMissed()
    {
        var promoted = Write(Part(Yes(10, 0), Yes(10, 0)));
        var candidate = Write(Part(Yes(10, 0), Yes(10, 0)), withCombination: false);

        var decision = await DecideAsync(candidate, promoted);

        Assert.True(decision.Allowed, string.Join(" ", decision.Reasons));
    }

    [Fact]
    public async Task Decide_ClassThatOnlyThePromotedModelKnows_CountsAgainst()
    {
        var wren = await _studio.AddClassAsync("Wren");
        var promoted = Write(Part(Yes(10, 0), Yes(10, 0)), also: wren);

        var decision = await DecideAsync(Write(Part(Yes(10, 0), Yes(10, 0))), promoted);

        Assert.False(decision.Allowed);
        Assert.StartsWith("The promoted model knows classes that this one does not: Wren.", decision.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decide_OnTheSameImages_JudgesClassesAndNoCombination()
    {
        var promoted = Write(Part(Yes(10, 0), Yes(10, 0)));
        // As labels, all owls are called both: neither exact match nor the combination's recall is asked for.
        var candidate = Write(Part(Yes(10, 0), Yes(10, 0), Part(Yes(10, 0), Yes(9, 1)).Metrics), compared: promoted);

        var decision = await DecideAsync(candidate, promoted);

        Assert.True(decision.Allowed, string.Join(" ", decision.Reasons));
        Assert.Single(decision.Reasons);
        Assert.Contains("macro-F1 goes from 97.4 % to 100.0 % (on the same test images)", Plain(decision)[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decide_ClassIsMissedMoreOften_IsNamedWithItsImagesAloneAndWithOthers()
    {
        var promoted = Write(Part(Yes(10, 0), Yes(10, 0)));
        var candidate = Write(Part(Yes(10, 0), Yes(7, 3), Part(Yes(10, 0), Yes(10, 0)).Metrics), compared: promoted);

        var decision = await DecideAsync(candidate, promoted);

        Assert.False(decision.Allowed);
        Assert.StartsWith("Class 'Robin' falls from 100.0 % to 70.0 % (10 test images)", Plain(decision)[0], StringComparison.Ordinal);
        Assert.DoesNotContain(decision.Reasons, reason => reason.Contains('+', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Decide_NewClassJoined_ComparesMacroF1OfTheOldOnesApart()
    {
        await _studio.Get<ProjectGateRules>().SetAsync(_studio.UserId, _studio.ProjectId, new GateRules(1, null, KeepsMacroF1: true, 5), Token);
        var promoted = Write(Part(Yes(10, 0), Yes(10, 0)));
        var part = Part(Yes(10, 0), Yes(10, 0), Part(Yes(10, 0), Yes(5, 5)).Metrics) with { OldClasses = [new(_owl, 0.9, 0.8), new(_robin, 0.9, 0.9)] };

        var decision = await DecideAsync(Write(part, compared: promoted), promoted);

        Assert.Equal(["Macro-F1 over the old classes falls from 90.0 % to 85.0 % (on the same test images)."], Plain(decision));
    }

    [Fact]
    public async Task Decide_PromotedModelKnewOneClassEach_IsComparedByTheClassesThatBothKnow()
    {
        var promoted = Write(null, withCombination: false);

        var decision = await DecideAsync(Write(Part(Yes(10, 0), Yes(6, 4))), promoted);

        Assert.False(decision.Allowed);
        Assert.True(decision.IsOnDifferentImages);
        Assert.StartsWith("Class 'Robin' falls from 100.0 % to 60.0 % (10 test images)", Plain(decision)[0], StringComparison.Ordinal);
        Assert.Contains("Macro-F1 over the classes that both know falls from 100.0 % to 87.5 % (each on its own test images).", Plain(decision));
    }

    [Fact]
    public async Task Decide_ClassArchivedSince_IsNotJudged()
    {
        var promoted = Write(Part(Yes(10, 0), Yes(10, 0)));
        var candidate = Write(Part(Yes(10, 0), Yes(0, 10), Part(Yes(10, 0), Yes(10, 0)).Metrics), compared: promoted);
        await _studio.Get<ProjectGateRules>().SetAsync(_studio.UserId, _studio.ProjectId, new GateRules(0.02, null, KeepsMacroF1: false, 5), Token);
        Assert.False((await DecideAsync(candidate, promoted)).Allowed);

        await _studio.Get<ClassCatalog>().ArchiveAsync(_studio.UserId, _studio.ProjectId, _robin, Token);

        Assert.True((await DecideAsync(candidate, promoted)).Allowed);
    }

    private static string[] Plain(GateDecision decision) => [.. decision.Reasons.Select(reason => reason.Replace('\u00a0', ' '))];

    private Task<GateDecision> DecideAsync(Guid candidate, Guid promoted) => _studio.Get<PromotionGate>().DecideAsync(candidate, promoted, Token);

    /// <summary>Of a class's images so many are found and so many missed, and no other is called so.</summary>
    private static YesNoMetrics Yes(int found, int missed) => new(0, found, 0, missed, 10, 1);

    private SeveralClassesPart Part(YesNoMetrics owl, YesNoMetrics robin, SeveralClassesMetrics? before = null) => new()
    {
        ClassIds = [_owl, _robin],
        Metrics = new(20, 0, 0, 1, 0, 0, [owl, robin with { Index = 1 }]),
        Before = before,
    };

    private Guid Write(SeveralClassesPart? part, Guid? compared = null, bool withCombination = true, Guid? also = null)
    {
        var id = Guid.CreateVersion7();
        List<ReportClass> labels = [new(_owl, "Owl", false), new(_robin, "Robin", false)];
        if (withCombination)
        {
            labels.Add(new(_both, "Owl + Robin", false) { MemberIds = [_owl, _robin] });
        }
        if (also is { } other)
        {
            labels.Add(new(other, "Wren", false));
        }
        // Ten owls and ten robins; where there is the combination, everything is called so: as labels, nothing is right.
        var metrics = ModelEvaluation.Compute(
            [.. Enumerable.Range(0, 20).Select(row => row / 10)],
            [.. Enumerable.Range(0, 20).SelectMany(row => labels.Select((_, index) => index == (withCombination ? 2 : row / 10) ? 1f : 0f))],
            labels.Count);
        EvaluationFiles.Write(
            Directory.CreateDirectory(_studio.Paths.ModelFolder(id)).FullName,
            new EvaluationReport
            {
                ModelVersionId = id,
                ProjectId = _studio.ProjectId,
                RunId = id,
                DatasetSnapshotId = id,
                Classes = labels,
                Metrics = metrics,
                SeveralClasses = part,
                Comparison = compared is not { } parentId ? null : new ParentComparison
                {
                    ParentModelId = parentId,
                    ParentMetrics = ModelEvaluation.Compute([2], [0f, 0f, 1f], 3),
                    OldClasses = [],
                    BrokenImageIds = [],
                    FixedImageIds = [],
                },
            },
            [],
            []);
        return id;
    }
}
