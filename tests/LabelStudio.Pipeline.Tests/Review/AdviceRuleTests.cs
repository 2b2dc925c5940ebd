using LabelStudio.Learning.Evaluation;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class AdviceRuleTests
{
    private static readonly Guid Owl = Guid.NewGuid(), Robin = Guid.NewGuid();

    [Fact]
    public void For_FewLabels_AsksForAsManyAsAHeadCanLearnFrom()
    {
        var advice = AdviceRule.For(Class(Owl, "owl"), trainLabels: 7, report: null);

        Assert.Equal(15, advice.MoreLabels);
        Assert.Contains("7 images", advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void For_NoModel_AsksForNothingMore()
    {
        Assert.Equal(0, AdviceRule.For(Class(Owl, "owl"), 20, null).MoreLabels);
    }

    [Fact]
    public void For_AWeakClass_AsksForMoreAndNamesWhatItIsTakenFor()
    {
        // 16 of 20 found: errors must halve from 20 to 10 %, which takes four times the labels; twice as many more at most.
        var advice = AdviceRule.For(Class(Owl, "owl"), 100, Report(owlFound: 16, owlMissed: 4));

        Assert.Equal(200, advice.MoreLabels);
        Assert.Equal("robin", advice.TakenFor);
        Assert.Equal((20, 0.8), (advice.TestImages, advice.Recall!.Value));
        Assert.Contains("20 %", advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void For_AClassNearTheAim_AsksForFew()
    {
        // 11 % missed instead of 10 %: 1.21 times the labels.
        Assert.Equal(25, AdviceRule.For(Class(Owl, "owl"), 100, Report(owlFound: 89, owlMissed: 11)).MoreLabels);
    }

    [Fact]
    public void For_AStrongClass_AsksForNothing()
    {
        Assert.Equal(0, AdviceRule.For(Class(Owl, "owl"), 100, Report(owlFound: 19, owlMissed: 1)).MoreLabels);
    }

    [Fact]
    public void For_FewTestImages_SaysNothingAboutRecall()
    {
        var advice = AdviceRule.For(Class(Owl, "owl"), 100, Report(owlFound: 1, owlMissed: 3));

        Assert.Null(advice.Recall);
        Assert.Equal(0, advice.MoreLabels);
    }

    [Fact]
    public void For_AClassTheModelDoesNotKnow_AsksToTrain()
    {
        var advice = AdviceRule.For(Class(Guid.NewGuid(), "wren"), 100, Report(owlFound: 19, owlMissed: 1));

        Assert.Equal(0, advice.MoreLabels);
        Assert.Contains("train again", advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void For_AClassWithCombinations_CountsAnImageAsFoundByAnyLabelThatShowsIt()
    {
        // An owl taken for a robin is still a bird.
        var report = Report(owlFound: 16, owlMissed: 4);
        var both = AdviceRule.For(Class(Guid.NewGuid(), "bird"), 100, report, new HashSet<Guid> { Owl, Robin });
        var owl = AdviceRule.For(Class(Owl, "owl"), 100, report, new HashSet<Guid> { Owl, Guid.NewGuid() });

        Assert.Equal((30, 1.0, null), (both.TestImages, both.Recall!.Value, both.TakenFor));
        Assert.Equal((20, 0.8, "robin"), (owl.TestImages, owl.Recall!.Value, owl.TakenFor));
    }

    private static EvaluationReport Report(int owlFound, int owlMissed)
    {
        int[] targets = [.. Enumerable.Repeat(0, owlFound + owlMissed), .. Enumerable.Repeat(1, 10)];
        float[] probabilities = [.. targets.SelectMany((target, image) => target == 0 && image < owlFound ? new[] { 0.9f, 0.1f } : [0.1f, 0.9f])];
        return new EvaluationReport
        {
            ModelVersionId = Guid.NewGuid(),
            ProjectId = Guid.NewGuid(),
            RunId = Guid.NewGuid(),
            DatasetSnapshotId = Guid.NewGuid(),
            Classes = [new ReportClass(Owl, "owl", false), new ReportClass(Robin, "robin", false)],
            Metrics = ModelEvaluation.Compute(targets, probabilities, 2),
        };
    }

    private static ClassDefinition Class(Guid id, string name) => new()
    {
        Id = id,
        ProjectId = Guid.NewGuid(),
        Name = name,
        NormalizedName = name,
        Colour = "#336699",
        Position = 0,
        CreatedUtc = DateTime.UnixEpoch,
        SinceOntologyVersion = 1,
    };
}
