using LabelStudio.Learning.Evaluation;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Evaluation;

/// <summary>Reports of models that answer with combinations of classes; all figures can be counted by hand.</summary>
public sealed class SeveralClassesReportTests : IDisposable
{
    private static readonly Guid s_owl = Guid.CreateVersion7();
    private static readonly Guid s_robin = Guid.CreateVersion7();
    private static readonly Guid s_wren = Guid.CreateVersion7();
    private static readonly Guid s_owlRobin = Guid.CreateVersion7();
    private static readonly Guid s_owlWren = Guid.CreateVersion7();
    private static readonly Guid s_none = Guid.CreateVersion7();
    private readonly string _folder = Directory.CreateTempSubdirectory("report-").FullName;

    [Fact]
    public void Evaluate_ModelWithCombinations_JudgesByClassToo()
    {
        // An owl, both, none of them: called owl, owl (though robin is half there), none.
        var report = Evaluate([s_owl, s_robin, s_owlRobin, s_none], [0, 2, 3], [0.7f, 0.1f, 0.1f, 0.1f, 0.45f, 0.1f, 0.4f, 0.05f, 0.1f, 0.1f, 0.1f, 0.7f]).Report;

        var part = report.SeveralClasses!;
        Assert.Equal([s_owl, s_robin], part.ClassIds);
        Assert.Equal(2 / 3.0, part.Metrics.ExactMatch, 1e-9);
        Assert.Equal(report.Metrics!.Accuracy, part.Metrics.ExactMatch);
        Assert.Equal((2, 0, 0, 1), (part.Metrics.Classes[0].RightYes, part.Metrics.Classes[0].WrongYes, part.Metrics.Classes[0].Missed, part.Metrics.Classes[0].RightNo));
        // 0.1 for robins alone and 0.4 for both are a half: yes.
        Assert.Equal((1, 0, 0, 2), (part.Metrics.Classes[1].RightYes, part.Metrics.Classes[1].WrongYes, part.Metrics.Classes[1].Missed, part.Metrics.Classes[1].RightNo));
        Assert.Equal((1, 1), (part.Metrics.MacroF1, report.MacroF1));
        Assert.Equal([null, null, [s_owl, s_robin], []], report.Classes.Select(item => item.MemberIds));
        Assert.Null(part.Before);
    }

    [Fact]
    public void Evaluate_ModelOfSingleClasses_HasNothingByClass()
    {
        var report = Evaluate([s_owl, s_robin], [0, 1], [0.9f, 0.1f, 0.2f, 0.8f]).Report;

        Assert.Null(report.SeveralClasses);
        Assert.Equal(report.Metrics!.MacroF1, report.MacroF1);
        Write(report);
        var json = File.ReadAllText(Path.Combine(_folder, EvaluationFiles.ReportFile));
        Assert.DoesNotContain("severalClasses", json, StringComparison.Ordinal);
        Assert.DoesNotContain("memberIds", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_WithCombinations_IsReadAsItWasWritten()
    {
        var report = Evaluate([s_owl, s_robin, s_owlRobin], [0, 2], [0.7f, 0.1f, 0.2f, 0.2f, 0.2f, 0.6f]).Report;
        Write(report);

        var read = (await EvaluationFiles.ReadReportAsync(_folder, TestContext.Current.CancellationToken))!;

        Assert.Equal(report.SeveralClasses!.Metrics.Classes, read.SeveralClasses!.Metrics.Classes);
        Assert.Equal(report.SeveralClasses.ClassIds, read.SeveralClasses.ClassIds);
        Assert.Equal((report.MacroF1, report.SeveralClasses.Metrics.MeanJaccard), (read.MacroF1, read.SeveralClasses.Metrics.MeanJaccard));
        Assert.True(read.Classes[2].IsCombination);
        Assert.Equal([[0], [1], [0, 1]], Enumerable.Range(0, 3).Select(label => ReportLabels.Of(read)!.Members.Of(label)));
    }

    [Fact]
    public async Task Report_OfAnOlderVersionOfTheProgram_IsRead()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, EvaluationFiles.ReportFile),
            $$"""{"modelVersionId":"{{s_owl}}","projectId":"{{s_owl}}","runId":"{{s_owl}}","datasetSnapshotId":"{{s_owl}}","classes":[{"id":"{{s_owl}}","name":"Owl","isNew":false}],"metrics":null,"comparison":null,"temperature":1.5}""",
            TestContext.Current.CancellationToken);

        var read = (await EvaluationFiles.ReadReportAsync(_folder, TestContext.Current.CancellationToken))!;

        Assert.Equal((1.5, null, null), (read.Temperature, read.SeveralClasses, read.Classes[0].MemberIds));
    }

    [Fact]
    public void Evaluate_ClassMergedSince_ItsCombinationsCountForTheOneThatTookItOver()
    {
        // Wren went into robin: an owl with a wren is one with a robin, and the model knows both combinations.
        var report = Evaluate(
            [s_owl, s_robin, s_wren, s_owlRobin, s_owlWren], [3], [0.1f, 0.1f, 0.1f, 0.3f, 0.4f], null, new(s_wren, s_robin), new(s_owlWren, s_owlRobin)).Report;

        Assert.Equal([s_owl, s_robin], report.SeveralClasses!.ClassIds);
        Assert.Equal((1, 1), (report.SeveralClasses.Metrics.ExactMatch, report.SeveralClasses.Metrics.MacroRecall));
    }

    [Fact]
    public void Evaluate_MergedCombinationThatTheModelKnowsAlone_StandsForTheClassesOfToday()
    {
        // The model knows no owl with a robin, so that with a wren, as it was called then, is the right answer.
        var report = Evaluate([s_owl, s_robin, s_wren, s_owlWren], [3], [0.1f, 0.1f, 0.1f, 0.7f], null, new(s_wren, s_robin), new(s_owlWren, s_owlRobin)).Report;

        Assert.Equal([s_owl, s_robin], report.SeveralClasses!.ClassIds);
        Assert.Equal([1, 1], report.SeveralClasses.Metrics.Classes.Select(item => item.Support));
        Assert.Equal(1, report.SeveralClasses.Metrics.MacroF1);
    }

    [Fact]
    public void Evaluate_ClassArchivedSince_FallsWithItsCombinations()
    {
        var report = Evaluate([s_owl, s_robin, s_wren, s_owlRobin, s_owlWren], [3], [0.1f, 0.1f, 0.1f, 0.3f, 0.4f], null, new(s_wren, null), new(s_owlWren, null)).Report;

        Assert.Equal([s_owl, s_robin], report.SeveralClasses!.ClassIds);
        // 0.3 of the 0.5 that is left.
        Assert.Equal(1, report.SeveralClasses.Metrics.ExactMatch);
        Assert.Equal([s_owl], report.Classes[4].MemberIds);
    }

    [Fact]
    public void Evaluate_ParentWithACombinationOfItsOwn_CountsItForItsClasses()
    {
        var before = new AnswersBefore(Guid.CreateVersion7(), [s_owl, s_robin, s_owlRobin], [0.1f, 0.2f, 0.7f])
        {
            Members = new Dictionary<Guid, IReadOnlyList<Guid>> { [s_owlRobin] = [s_owl, s_robin] },
        };

        var part = Evaluate([s_owl, s_robin, s_none], [0], [0.2f, 0.1f, 0.7f], before).Report.SeveralClasses!;

        Assert.Equal((1, 0), (part.Before!.Classes[0].Recall, part.Metrics.Classes[0].Recall));
        Assert.Equal((1, 0), (part.Before.Classes[1].WrongYes, part.Metrics.Classes[1].WrongYes));
        Assert.Empty(part.OldClasses);
    }

    [Fact]
    public void Evaluate_NewClass_ComparesOldOnesOnTheImagesWithoutIt()
    {
        // The model before calls the wren's image an owl: it can't know better.
        var before = new AnswersBefore(Guid.CreateVersion7(), [s_owl, s_robin], [0.9f, 0.1f, 0.1f, 0.9f, 0.9f, 0.1f]);

        var report = Evaluate([s_owl, s_robin, s_wren, s_owlWren], [0, 1, 2], [0.9f, 0.1f, 0, 0, 0.6f, 0.4f, 0, 0, 0, 0, 1, 0], before).Report;

        Assert.Equal([false, false, true, true], report.Classes.Select(item => item.IsNew));
        Assert.Equal([new OldClassF1(s_owl, 1, 2 / 3.0), new OldClassF1(s_robin, 1, 0)], report.SeveralClasses!.OldClasses);
        Assert.True(report.SeveralClasses.Before!.Classes[0].F1 < 1);
    }

    [Fact]
    public void BestBefore_OfSeveralClasses_CountsAClassWhereverItIsShown()
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        // The first model saw the owl on both images of it; against the model compared nothing is lost.
        var earlier = new EarlierModel(
            Report(first, null), [new(1, s_owl, s_owlRobin, 0.9, null), new(2, s_owlRobin, s_owlRobin, 0.9, null), new(3, s_robin, s_robin, 0.9, null)]);
        var part = new SeveralClassesPart
        {
            ClassIds = [s_owl, s_robin],
            Metrics = Figures(new(0, 1, 0, 1, 1, 1), new(1, 2, 0, 0, 1, 1)),
            Before = Figures(new(0, 1, 0, 1, 1, 1), new(1, 1, 0, 1, 1, 1)),
        };
        TestPrediction[] said = [new(1, s_owl, s_owl, 0.9, null), new(2, s_owlRobin, s_robin, 0.9, null), new(3, s_robin, s_robin, 0.9, null)];

        var forgetting = BestBefore.Of(Report(Guid.CreateVersion7(), part, second), said, [earlier], []).ToDictionary(item => item.ClassId);

        Assert.Equal(new HashSet<Guid> { s_owl, s_robin }, forgetting.Keys.ToHashSet());
        Assert.Equal(new ClassForgetting(s_owl, first, 1, 0.5, 2), forgetting[s_owl]);
        // Better than the model compared, as good as the first.
        Assert.Equal(new ClassForgetting(s_robin, first, 1, 1, 2), forgetting[s_robin]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(EvaluationReport report) => EvaluationFiles.Write(_folder, report, [], []);

    private static SeveralClassesMetrics Figures(params YesNoMetrics[] classes) => new(3, 0, 0, 1, 0, 0, classes);

    private static EvaluationReport Report(Guid modelId, SeveralClassesPart? part, Guid? compared = null) => new()
    {
        ModelVersionId = modelId,
        ProjectId = Guid.Empty,
        RunId = Guid.Empty,
        DatasetSnapshotId = Guid.Empty,
        Classes = [new(s_owl, "Owl", false), new(s_robin, "Robin", false), new(s_owlRobin, "Owl + Robin", false) { MemberIds = [s_owl, s_robin] }],
        SeveralClasses = part,
        Comparison = compared is not { } id ? null : new ParentComparison
        {
            ParentModelId = id,
            ParentMetrics = ModelEvaluation.Compute([0], [1f, 0f], 2),
            OldClasses = [new(s_owlRobin, 1, 0, 1)],
            BrokenImageIds = [],
            FixedImageIds = [],
        },
    };

    private static TestOutcome Evaluate(Guid[] labels, int[] targets, float[] probabilities, AnswersBefore? before = null, params RetiredClass[] retired) =>
        TestEvaluation.Evaluate(
            new EvaluatedModel
            {
                ModelVersionId = Guid.CreateVersion7(),
                ProjectId = Guid.Empty,
                RunId = Guid.Empty,
                DatasetSnapshotId = Guid.Empty,
                Classes = [.. labels.Select((id, index) => new ClassEntry(id, $"Label {index}", index) { MemberIds = MembersOf(id) })],
                Temperature = 1,
                Retired = retired,
            },
            new TestAnswers([.. targets.Select((_, row) => (long)row + 1)], targets, probabilities, before));

    private static Guid[]? MembersOf(Guid label) =>
        label == s_owlRobin ? [s_owl, s_robin] : label == s_owlWren ? [s_owl, s_wren] : label == s_none ? [] : null;
}
